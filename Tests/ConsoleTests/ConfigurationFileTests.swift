import Console
import Testing

@Suite struct ConfigurationFileTests {
    private func problems(_ text: String) -> [String] {
        ConfigurationFile(text: text, path: "t.yaml").problems.map(\.description)
    }

    @Test func `a good file has no problems and knows the place of each value`() {
        let file = ConfigurationFile(
            text: "cluster: a\nnode:\n  id: 1\nlisten:\nlog: {level: debug}\n", path: "t.yaml")
        #expect(file.problems.isEmpty && file.isReadable)
        #expect(file.places[.nodeID] == .file("t.yaml", line: 3, column: 7))
        #expect(file.places[.logLevel] == .file("t.yaml", line: 5, column: 14))
        #expect(file.places[.listenHTTP] == nil)
    }

    @Test func `an unknown key is named with the one that may be meant`() {
        #expect(
            problems("node:\n  idd: 1\ndata_dri: x\n") == [
                "t.yaml:2:3: node.idd: is no known key; did you mean 'node.id'?",
                "t.yaml:3:1: data_dri: is no known key; did you mean 'data_dir'?",
            ])
        let far = problems("colour: blue\n")
        #expect(far.count == 1 && far[0].contains("known keys are cluster, node.id"))
    }

    @Test func `a value where keys belong, and keys where a value belongs, are told apart`() {
        #expect(
            problems("listen: 127.0.0.1:8080\n") == [
                "t.yaml:1:9: listen: holds several keys, not a value; "
                    + "write below it, indented: http, beanstalk, peer"
            ])
        #expect(
            problems("data_dir:\n  path: x\n") == [
                "t.yaml:2:3: data_dir: must be one value; write 'data_dir: ./data'"
            ])
    }

    @Test(arguments: ["node: [", "a: b: c\n", "\tnode:\n", "", "- 1\n", "x\n"])
    func `what is no configuration at all is unreadable, with a place`(text: String) {
        let file = ConfigurationFile(text: text, path: "t.yaml")
        #expect(!file.isReadable)
        #expect(file.problems.count == 1)
        #expect("\(file.problems)".contains("t.yaml:"))
    }

    @Test func `a key that is there twice is refused`() {
        let found = problems("cluster: a\ncluster: b\n")
        #expect(found.count == 1 && found[0].contains("twice") && found[0].contains("cluster"))
    }

    @Test func `a file that is not there is named`() {
        let file = ConfigurationFile(path: "/nonexistent/t.yaml")
        #expect(!file.isReadable)
        #expect("\(file.problems)".contains("/nonexistent/t.yaml does not exist"))
    }

    @Test(arguments: [
        ("node.id", "TASKRAFT_NODE_ID", "--id"),
        ("listen.http", "TASKRAFT_LISTEN_HTTP", "--listen-http"),
        ("initial_members", "TASKRAFT_INITIAL_MEMBERS", "--initial-members"),
        ("store.password_file", "TASKRAFT_STORE_PASSWORD_FILE", "--store-password-file"),
    ])
    func `variable and flag follow from the key`(path: String, variable: String, flag: String) {
        let key = ConfigurationKey(rawValue: path)
        #expect(key?.variable == variable)
        #expect(key?.flag == flag)
    }

    @Test func `a password has no flag`() {
        #expect(ConfigurationKey.storePassword.flag == nil)
        #expect(!ConfigurationKey.storePassword.waysToSet.contains("--"))
    }

    @Test func `the nearest word is suggested, and none that is far off`() {
        let words = ["title", "status", "assignee"]
        #expect(Suggestion.nearest(to: "titel", in: words) == "title")
        #expect(Suggestion.nearest(to: "asignee", in: words) == "assignee")
        #expect(Suggestion.nearest(to: "colour", in: words) == nil)
    }
}
