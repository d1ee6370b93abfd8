/// The files that the pages ask for, embedded in the program. A new file is one more line.
enum Assets {
    static let description = Asset(.json, PackageResources.openapi_json)
    static let docs = DocsPage.reference(PackageResources.openapi_json)
    static let errorDocs = DocsPage.errors(PackageResources.openapi_json)

    static func named(_ name: String) -> Asset? { table[name] }

    private static let table: [String: Asset] = [
        "api.js": Asset(.script, PackageResources.api_js),
        "app.js": Asset(.script, PackageResources.app_js),
        "base.css": Asset(.style, PackageResources.base_css),
        "captions.js": Asset(.script, PackageResources.captions_js),
        "changes.js": Asset(.script, PackageResources.changes_js),
        "cluster.js": Asset(.script, PackageResources.cluster_js),
        "clusterapi.js": Asset(.script, PackageResources.clusterapi_js),
        "clusterpage.css": Asset(.style, PackageResources.clusterpage_css),
        "clusterpage.js": Asset(.script, PackageResources.clusterpage_js),
        "conflict.js": Asset(.script, PackageResources.conflict_js),
        "dialog.css": Asset(.style, PackageResources.dialog_css),
        "docs.css": Asset(.style, PackageResources.docs_css),
        "docs.js": Asset(.script, PackageResources.docs_js),
        "dom.js": Asset(.script, PackageResources.dom_js),
        "editor.js": Asset(.script, PackageResources.editor_js),
        "enqueue.js": Asset(.script, PackageResources.enqueue_js),
        "events.js": Asset(.script, PackageResources.events_js),
        "favicon.svg": Asset(.picture, PackageResources.favicon_svg),
        "fields.js": Asset(.script, PackageResources.fields_js),
        "figures.js": Asset(.script, PackageResources.figures_js),
        "fresh.js": Asset(.script, PackageResources.fresh_js),
        "history.js": Asset(.script, PackageResources.history_js),
        "joblist.js": Asset(.script, PackageResources.joblist_js),
        "jobrow.js": Asset(.script, PackageResources.jobrow_js),
        "levers.js": Asset(.script, PackageResources.levers_js),
        "list.css": Asset(.style, PackageResources.list_css),
        "list.js": Asset(.script, PackageResources.list_js),
        "logtails.js": Asset(.script, PackageResources.logtails_js),
        "outbox.js": Asset(.script, PackageResources.outbox_js),
        "player.js": Asset(.script, PackageResources.player_js),
        "queues.css": Asset(.style, PackageResources.queues_css),
        "queues.js": Asset(.script, PackageResources.queues_js),
        "queuetable.js": Asset(.script, PackageResources.queuetable_js),
        "recording.js": Asset(.script, PackageResources.recording_js),
        "ring.js": Asset(.script, PackageResources.ring_js),
        "row.js": Asset(.script, PackageResources.row_js),
        "shell.css": Asset(.style, PackageResources.shell_css),
        "shell.js": Asset(.script, PackageResources.shell_js),
        "spans.js": Asset(.script, PackageResources.spans_js),
        "steps.js": Asset(.script, PackageResources.steps_js),
        "tasks.js": Asset(.script, PackageResources.tasks_js),
        "theme.js": Asset(.script, PackageResources.theme_js),
        "tour.css": Asset(.style, PackageResources.tour_css),
        "tour.js": Asset(.script, PackageResources.tour_js),
    ]
}
