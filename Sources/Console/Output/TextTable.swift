/// Columns of text, aligned.
package struct TextTable: Sendable {
    package enum Alignment: Sendable { case left, right }

    package struct Column: Sendable {
        var title: String
        var alignment: Alignment
        /// Gives way when the terminal is too narrow.
        var shrinks: Bool

        package init(_ title: String, _ alignment: Alignment = .left, shrinks: Bool = false) {
            self.title = title
            self.alignment = alignment
            self.shrinks = shrinks
        }
    }

    package struct Cell: Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
        var text: String
        var colour: Colour?

        package init(_ text: String, _ colour: Colour? = nil) {
            self.text = Printable.line(text)
            self.colour = colour
        }

        package init(stringLiteral text: String) { self.init(text) }
    }

    private let columns: [Column]
    private var rows: [[Cell]] = []
    private static let narrowest = 12

    package init(_ columns: [Column]) { self.columns = columns }

    package mutating func append(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "A row has a cell for each column.")
        rows.append(cells)
    }

    /// - Parameter width: of the terminal; nil cuts nothing.
    package func text(width: Int?, colours: Bool) -> String {
        let widths = fitted(width)
        let head = columns.map { Cell($0.title, .bold) }
        return ([head] + rows).map { line($0, widths, colours: colours) + "\n" }.joined()
    }

    private func fitted(_ width: Int?) -> [Int] {
        var widths = columns.indices.map { column in
            rows.map { Printable.width($0[column].text) }
                .reduce(Printable.width(columns[column].title), max)
        }
        guard let width else { return widths }
        let gaps = 2 * (columns.count - 1)
        for column in columns.indices where columns[column].shrinks {
            let excess = widths.reduce(gaps, +) - width
            if excess > 0 { widths[column] = max(Self.narrowest, widths[column] - excess) }
        }
        return widths
    }

    private func line(_ cells: [Cell], _ widths: [Int], colours: Bool) -> String {
        var parts: [String] = []
        for (column, cell) in cells.enumerated() {
            let text = Printable.fit(cell.text, widths[column])
            let space = String(repeating: " ", count: widths[column] - Printable.width(text))
            let painted =
                cell.colour.flatMap { colours ? "\u{1b}[\($0.rawValue)m\(text)\u{1b}[0m" : nil }
                ?? text
            switch columns[column].alignment {
            case .right: parts.append(space + painted)
            case .left: parts.append(column == cells.count - 1 ? painted : painted + space)
            }
        }
        return parts.joined(separator: "  ")
    }
}

extension Terminal {
    package func table(_ table: TextTable) {
        write(table.text(width: width, colours: hasColours))
    }
}
