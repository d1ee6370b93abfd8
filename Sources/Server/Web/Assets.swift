import Wire

/// The files that the pages ask for, embedded in the program. A new file is one more line.
enum Assets {
    static let description = Asset(.json, PackageResources.openapi_json)
    static let docs = DocsPage.reference(PackageResources.openapi_json)
    static let errorDocs = DocsPage.errors(PackageResources.openapi_json)

    /// `name`, or `version/name`. A page of an older version, which asks for more only now, gets
    /// what there is.
    static func named(_ name: String) -> Asset? {
        guard let slash = name.firstIndex(of: "/") else {
            return table[name] ?? (name.hasSuffix(".css") ? sheets[name] ?? sheet(name) : nil)
        }
        let version = name[..<slash]
        guard !version.isEmpty, version.allSatisfy(\.isHexDigit) else { return nil }
        return named(String(name[name.index(after: slash)...]))
    }

    /// Whether the address names the version that is here: then it will never be another file.
    static func isLasting(_ path: Substring) -> Bool { path.hasPrefix("/assets/\(version)/") }

    /// Follows from all files, so that every node of one version gives the same.
    static let version: String = {
        let tags = table.sorted { $0.key < $1.key }.map(\.value.tag).joined()
        return String(Hash64.hash(Array(tags.utf8)), radix: 16)
    }()

    /// As one: what pages of another version ask for together.
    private static func sheet(_ name: String) -> Asset? {
        let names = name.dropLast(".css".count).split(
            separator: "+", omittingEmptySubsequences: false)
        guard Set(names).count == names.count else { return nil }
        let parts = names.compactMap { table["\($0).css"]?.text }
        guard parts.count == names.count else { return nil }
        return Asset(.style, Array(parts.joined().utf8))
    }

    /// The style sheets that a page asks for as one.
    private static let sheets: [String: Asset] = {
        var sheets: [String: Asset] = [:]
        for page in WebPage.allCases.map(\.asset) + [docs, errorDocs] {
            for link in page.text.matches(of: #/href="/assets/[0-9a-f]+/([a-z+]+)\.css"/#) {
                sheets["\(link.1).css"] = sheet("\(link.1).css")
            }
        }
        return sheets
    }()

    private static let table: [String: Asset] = [
        "api.js": Asset(.script, PackageResources.api_js),
        "asof.js": Asset(.script, PackageResources.asof_js),
        "base.css": Asset(.style, PackageResources.base_css),
        "board.css": Asset(.style, PackageResources.board_css),
        "board.js": Asset(.script, PackageResources.board_js),
        "boardedit.js": Asset(.script, PackageResources.boardedit_js),
        "boards.js": Asset(.script, PackageResources.boards_js),
        "captions.js": Asset(.script, PackageResources.captions_js),
        "card.js": Asset(.script, PackageResources.card_js),
        "cardactions.js": Asset(.script, PackageResources.cardactions_js),
        "cardinput.js": Asset(.script, PackageResources.cardinput_js),
        "cardmenu.js": Asset(.script, PackageResources.cardmenu_js),
        "cards.js": Asset(.script, PackageResources.cards_js),
        "changes.js": Asset(.script, PackageResources.changes_js),
        "chosen.js": Asset(.script, PackageResources.chosen_js),
        "cluster.js": Asset(.script, PackageResources.cluster_js),
        "clusterapi.js": Asset(.script, PackageResources.clusterapi_js),
        "clusterpage.css": Asset(.style, PackageResources.clusterpage_css),
        "clusterpage.js": Asset(.script, PackageResources.clusterpage_js),
        "comments.js": Asset(.script, PackageResources.comments_js),
        "conflict.js": Asset(.script, PackageResources.conflict_js),
        "deskmenus.js": Asset(.script, PackageResources.deskmenus_js),
        "dialog.css": Asset(.style, PackageResources.dialog_css),
        "docs.css": Asset(.style, PackageResources.docs_css),
        "docs.js": Asset(.script, PackageResources.docs_js),
        "dom.js": Asset(.script, PackageResources.dom_js),
        "drag.js": Asset(.script, PackageResources.drag_js),
        "enqueue.js": Asset(.script, PackageResources.enqueue_js),
        "events.js": Asset(.script, PackageResources.events_js),
        "favicon.svg": Asset(.picture, PackageResources.favicon_svg),
        "fields.js": Asset(.script, PackageResources.fields_js),
        "figures.js": Asset(.script, PackageResources.figures_js),
        "filterline.js": Asset(.script, PackageResources.filterline_js),
        "history.js": Asset(.script, PackageResources.history_js),
        "home.js": Asset(.script, PackageResources.home_js),
        "jobboard.js": Asset(.script, PackageResources.jobboard_js),
        "jobcard.js": Asset(.script, PackageResources.jobcard_js),
        "keys.js": Asset(.script, PackageResources.keys_js),
        "levers.js": Asset(.script, PackageResources.levers_js),
        "list.js": Asset(.script, PackageResources.list_js),
        "logtails.js": Asset(.script, PackageResources.logtails_js),
        "markdown.js": Asset(.script, PackageResources.markdown_js),
        "may.js": Asset(.script, PackageResources.may_js),
        "menu.js": Asset(.script, PackageResources.menu_js),
        "moves.js": Asset(.script, PackageResources.moves_js),
        "nav.js": Asset(.script, PackageResources.nav_js),
        "outbox.js": Asset(.script, PackageResources.outbox_js),
        "palette.js": Asset(.script, PackageResources.palette_js),
        "people.js": Asset(.script, PackageResources.people_js),
        "place.js": Asset(.script, PackageResources.place_js),
        "player.js": Asset(.script, PackageResources.player_js),
        "queues.css": Asset(.style, PackageResources.queues_css),
        "queues.js": Asset(.script, PackageResources.queues_js),
        "queuetable.js": Asset(.script, PackageResources.queuetable_js),
        "quick.js": Asset(.script, PackageResources.quick_js),
        "quickadd.js": Asset(.script, PackageResources.quickadd_js),
        "recording.js": Asset(.script, PackageResources.recording_js),
        "resources.js": Asset(.script, PackageResources.resources_js),
        "ring.js": Asset(.script, PackageResources.ring_js),
        "selection.js": Asset(.script, PackageResources.selection_js),
        "settings.css": Asset(.style, PackageResources.settings_css),
        "settings.js": Asset(.script, PackageResources.settings_js),
        "sheet.js": Asset(.script, PackageResources.sheet_js),
        "shell.css": Asset(.style, PackageResources.shell_css),
        "shell.js": Asset(.script, PackageResources.shell_js),
        "signin.js": Asset(.script, PackageResources.signin_js),
        "slowmotion.js": Asset(.script, PackageResources.slowmotion_js),
        "spans.js": Asset(.script, PackageResources.spans_js),
        "steps.js": Asset(.script, PackageResources.steps_js),
        "stream.js": Asset(.script, PackageResources.stream_js),
        "task.css": Asset(.style, PackageResources.task_css),
        "task.js": Asset(.script, PackageResources.task_js),
        "taskform.js": Asset(.script, PackageResources.taskform_js),
        "tasks.js": Asset(.script, PackageResources.tasks_js),
        "taskview.js": Asset(.script, PackageResources.taskview_js),
        "theme.js": Asset(.script, PackageResources.theme_js),
        "tour.css": Asset(.style, PackageResources.tour_css),
        "tour.js": Asset(.script, PackageResources.tour_js),
        "transfer.js": Asset(.script, PackageResources.transfer_js),
        "typed.js": Asset(.script, PackageResources.typed_js),
        "views.js": Asset(.script, PackageResources.views_js),
    ]
}
