/// What is done to comments, saved views and boards. `expected` is the version that the item must
/// still have; nil accepts any.
package enum ItemCommand: Hashable, Sendable {
    case addComment(TaskID, text: String)
    case editComment(CommentID, expected: UInt64?, text: String)
    case deleteComment(CommentID, expected: UInt64?)
    /// A view without an owner is everybody's.
    case saveView(name: String, query: String, owner: UserID?)
    case updateView(ViewID, expected: UInt64?, name: String?, query: String?)
    case deleteView(ViewID, expected: UInt64?)
    case createBoard(BoardFields)
    /// Columns that are gone from `fields` must hold no tasks, unless `moveTo` says where those
    /// go; `Limits.tasksMovedWithColumns` at most.
    case updateBoard(BoardID, expected: UInt64?, BoardFields, moveTo: String?)
    /// Only of a board without tasks.
    case deleteBoard(BoardID, expected: UInt64?)
}
