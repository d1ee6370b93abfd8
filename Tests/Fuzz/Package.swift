// swift-tools-version: 6.2
import PackageDescription

// The decoders alone, to be built with libFuzzer: of the larger targets only the files that read
// what comes from outside, so that nothing of the HTTP server or the database is built with them.
// `Scripts/fuzz.sh` builds it. The targets' code is the same that the tests replay the corpus with.

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]
let pure: [SwiftSetting] = settings + [.strictMemorySafety()]

let collections: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let ordered: Target.Dependency = .product(name: "OrderedCollections", package: "swift-collections")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let types: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")

let package = Package(
    name: "taskraft-fuzz",
    dependencies: [
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    ],
    targets: [
        .target(name: "Wire", swiftSettings: pure),
        .target(name: "Raft", dependencies: ["Wire", collections], swiftSettings: pure),
        .target(name: "Work", dependencies: ["Wire", collections, ordered], swiftSettings: pure),
        .target(
            name: "Replica", dependencies: ["Raft", "Work", "Wire", collections],
            swiftSettings: pure),
        .target(
            name: "Beanstalk",
            dependencies: [
                "Replica", "Raft", "Work", "Wire", collections,
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            swiftSettings: pure),
        .target(
            name: "Node", dependencies: ["Raft", "Wire", nio],
            sources: ["EventPosition.swift", "Frames.swift"],
            swiftSettings: settings),
        .target(
            name: "StateStore", dependencies: ["Work", "Wire", ordered],
            sources: ["SQL"],
            swiftSettings: settings),
        .target(
            name: "Server", dependencies: ["Node", "Work", types],
            exclude: ["Web/Assets"],
            sources: [
                "HTTP/Conditions.swift", "HTTP/Cursor.swift", "HTTP/HeaderNames.swift",
                "HTTP/JSONReader.swift", "HTTP/JSONValue.swift", "HTTP/Problem.swift",
                "HTTP/Route.swift", "HTTP/Target.swift", "HTTP/TaskInput.swift",
                "HTTP/Jobs/FieldReader.swift", "HTTP/Jobs/JobInput.swift",
                "HTTP/Jobs/JobRoute.swift", "HTTP/Jobs/Problem+Jobs.swift",
                "HTTP/Jobs/QueueInput.swift",
                "HTTP/Jobs/WorkerInput.swift", "HTTP/Items/ItemRoute.swift",
                "HTTP/JSONValue+Members.swift", "HTTP/People/PeopleRoute.swift",
                "HTTP/Problem+Codes.swift", "Web/WebPage.swift",
            ],
            swiftSettings: settings),
        .target(
            name: "Console",
            sources: ["Configuration/HostPort.swift"],
            swiftSettings: settings),
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Beanstalk", "Console", "Node", "Raft", "Replica", "Server", "StateStore", "Work",
                "Wire", nio, ordered, types,
            ],
            path: "Targets", swiftSettings: settings),
        .target(name: "CFuzzer", path: "CFuzzer"),
        .executableTarget(
            name: "taskraft-fuzz", dependencies: ["CFuzzer", "FuzzTargets"], path: "Driver",
            swiftSettings: settings),
    ]
)
