// swift-tools-version: 6.2
import PackageDescription

/// Applied to every target. `make test` sets TASKRAFT_STRICT, so that a warning fails there
/// but never stops somebody who builds with a newer compiler.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
] + (Context.environment["TASKRAFT_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)])

/// Pure targets decide and never perform: no Foundation, no NIO, no clock, no unsafe memory.
let pure: [SwiftSetting] = settings + [.strictMemorySafety()]

let collections: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let ordered: Target.Dependency = .product(name: "OrderedCollections", package: "swift-collections")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]

let package = Package(
    name: "taskraft",
    products: [
        .library(name: "Raft", targets: ["Raft"]),
        .executable(name: "taskraft", targets: ["taskraft"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(name: "Wire", swiftSettings: pure),
        .target(name: "Raft", dependencies: ["Wire", collections], swiftSettings: pure),
        .target(name: "Work", dependencies: ["Wire", collections, ordered], swiftSettings: pure),
        .target(name: "Replica", dependencies: ["Raft", "Work", "Wire", collections], swiftSettings: pure),
        .target(
            name: "Beanstalk",
            dependencies: [
                "Replica", "Raft", "Work", "Wire", collections,
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            swiftSettings: pure),
        .target(
            name: "Simulator",
            dependencies: [
                "Replica", "Raft", "Work", "Wire", collections, ordered,
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            swiftSettings: pure),
        .executableTarget(
            name: "taskraft-sim",
            dependencies: [
                "Simulator", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "jobs-bench", dependencies: ["Work", "Wire"], swiftSettings: settings),
        .executableTarget(
            name: "search-bench", dependencies: ["StateStore", "Work", "Wire"],
            swiftSettings: settings),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(
            name: "CMariaDB", pkgConfig: "libmariadb", providers: [.apt(["libmariadb-dev"])]),
        .systemLibrary(
            name: "CJemalloc", pkgConfig: "jemalloc", providers: [.apt(["libjemalloc-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "RaftLog", dependencies: ["Raft", "Wire", "CSQLite"], swiftSettings: settings),
        .target(
            name: "StateStore",
            dependencies: [
                "Work", "Wire", "CMariaDB", "CSQLite", ordered,
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .target(
            name: "Node",
            dependencies: ["Replica", "Raft", "Work", "Wire", "RaftLog", "StateStore", logging] + nio,
            swiftSettings: settings),
        .target(
            name: "Server",
            dependencies: [
                "Beanstalk", "Node", "Replica", "Raft", "Work", "Wire", "StateStore", "CZlib", logging,
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ] + nio,
            resources: [.embedInCode("Web/Assets")],
            swiftSettings: settings),
        .target(
            name: "Client",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ] + nio,
            swiftSettings: settings),
        .target(
            name: "Console",
            dependencies: [
                "Client", "StateStore", "Work", logging, "Yams",
                .product(name: "Configuration", package: "swift-configuration"),
            ] + nio,
            swiftSettings: settings),
        .executableTarget(
            name: "taskraft",
            dependencies: [
                "Console", "Server", "Client", "Node", "Raft", "Replica", "StateStore", "Work",
                "CJemalloc", logging, .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings),
        // A package of its own would clone every dependency of this one to use none of them.
        .executableTarget(
            name: "replicated-register", dependencies: ["Raft"],
            path: "Examples/replicated-register", packageAccess: false, swiftSettings: settings),
        // What must hold for any bytes: replayed by FormatTests, built with libFuzzer by Tests/Fuzz.
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Beanstalk", "Console", "Node", "Raft", "Replica", "Server", "StateStore", "Work",
                "Wire", ordered,
            ] + nio,
            path: "Tests/Fuzz/Targets", swiftSettings: settings),
        .testTarget(
            name: "FormatTests",
            dependencies: [
                "Console", "FuzzTargets", "Node", "Raft", "RaftLog", "Replica", "Server",
                "StateStore", "Work", "Wire", "CSQLite", ordered,
            ] + nio,
            exclude: ["Golden"],
            swiftSettings: settings),
        .testTarget(
            name: "NodeTests",
            dependencies: ["Node", "Replica", "Raft", "StateStore", "Work", "Wire", logging] + nio,
            swiftSettings: settings),
        .testTarget(
            name: "ReplicaTests", dependencies: ["Replica", "Raft", "Work", "Wire"],
            swiftSettings: settings),
        .testTarget(
            name: "BeanstalkTests",
            dependencies: ["Beanstalk", "Replica", "Raft", "Work", "Wire", collections],
            swiftSettings: settings),
        .testTarget(
            name: "SimulatorTests", dependencies: ["Simulator"], swiftSettings: settings),
        .testTarget(
            name: "ClientTests",
            dependencies: ["Client", .product(name: "NIOHTTP1", package: "swift-nio")] + nio,
            swiftSettings: settings),
        .testTarget(
            name: "ConsoleTests",
            dependencies: ["Console", "Client", "StateStore", "Work", logging] + nio,
            swiftSettings: settings),
        .testTarget(name: "WireTests", dependencies: ["Wire"], swiftSettings: settings),
        .testTarget(name: "RaftTests", dependencies: ["Raft", "Wire"], swiftSettings: settings),
        .testTarget(
            name: "WorkTests", dependencies: ["Work", "Wire", ordered], swiftSettings: settings),
        .target(
            name: "FaultyDisk", dependencies: ["CSQLite", "Wire"], path: "Tests/FaultyDisk",
            swiftSettings: settings),
        .testTarget(
            name: "RaftLogTests", dependencies: ["RaftLog", "FaultyDisk", "Raft", "CSQLite", "Wire"],
            swiftSettings: settings),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "Beanstalk", "Server", "Node", "Replica", "StateStore", "Work", logging,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ] + nio,
            swiftSettings: settings),
        .testTarget(
            name: "StateStoreTests",
            dependencies: [
                "StateStore", "FaultyDisk", "Work", "Wire", "CMariaDB",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
    ]
)

/// With TASKRAFT_PURE there is only what decides, its simulator and its tests: they build in a
/// minute, also with instruments (`make coverage`).
if Context.environment["TASKRAFT_PURE"] != nil {
    let pure: Set = [
        "Wire", "Raft", "Work", "Replica", "Beanstalk", "Simulator", "taskraft-sim", "jobs-bench",
        "WireTests", "RaftTests", "WorkTests", "ReplicaTests", "BeanstalkTests", "SimulatorTests",
    ]
    package.targets.removeAll { !pure.contains($0.name) }
    package.products.removeAll { $0.name == "taskraft" }
}
