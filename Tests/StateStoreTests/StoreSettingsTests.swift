import StateStore
import Testing

@Suite struct StoreSettingsTests {
    @Test func `A store is sqlite or a MySQL URL`() throws {
        #expect(try StoreSettings("sqlite") == .sqlite)
        #expect(
            try StoreSettings("mysql://app@db.example:3307/tasks-2")
                == .mysql(
                    MySQLAddress(
                        place: .tcp(host: "db.example", port: 3307), user: "app",
                        database: "tasks-2")))
        #expect(
            try StoreSettings("mysql://app@[::1]/tasks")
                == .mysql(
                    MySQLAddress(
                        place: .tcp(host: "::1", port: 3306), user: "app", database: "tasks")))
        #expect(
            try StoreSettings("mysql://app@localhost/tasks?socket=/run/my.sock")
                == .mysql(
                    MySQLAddress(
                        place: .socket(path: "/run/my.sock"), user: "app", database: "tasks")))
    }

    @Test(arguments: [
        "mysql://app@db.example:3307/tasks-2", "mysql://app@[::1]:3306/tasks",
        "mysql://app@localhost/tasks?socket=/run/my.sock",
    ])
    func `An address is written as it is read`(url: String) throws {
        guard case .mysql(let address) = try StoreSettings(url) else {
            Issue.record("not MySQL")
            return
        }
        #expect(address.description == url)
    }

    @Test func `A password in the URL is refused, and not repeated`() throws {
        let error = #expect(throws: StoreSettingsError.self) {
            try StoreSettings("mysql://app:hunter2@db/tasks")
        }
        #expect("\(error as Any)".contains("TASKRAFT_STORE_PASSWORD"))
        #expect(!"\(error as Any)".contains("hunter2"))
    }

    @Test(arguments: [
        ("", "mysql://user@host"), ("postgres://a@b/c", "mysql://user@host"),
        ("mysql://db/tasks", "names no user"), ("mysql://app@db", "names no database"),
        ("mysql://app@db/", "names no database"), ("mysql://app@/tasks", "names no host"),
        ("mysql://app@db:0/tasks", "port"), ("mysql://app@db:70000/tasks", "port"),
        ("mysql://app@db/ta`sks", ""), ("mysql://app@db/a/b", "letters"),
        ("mysql://app@db/tasks?tls=1", "unknown option \"tls\""),
        ("mysql://app@db/tasks?socket=/x", "mysql://user@localhost/database?socket"),
        ("mysql://app@localhost/tasks?socket=x", "socket"),
    ])
    func `A wrong URL is refused with what is wrong`(url: String, part: String) {
        let error = #expect(throws: StoreSettingsError.self) { try StoreSettings(url) }
        #expect(part.isEmpty || "\(error as Any)".contains(part))
    }
}
