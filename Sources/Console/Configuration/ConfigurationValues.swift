import Configuration

/// Looks values up: flags before variables before the file.
struct ConfigurationValues {
    private let reader: ConfigReader
    private let flags: [ConfigurationKey: String]
    private let environment: [String: String]
    private let places: [ConfigurationKey: ConfigurationOrigin]

    /// - Parameter file: one that was found readable.
    init(
        file: ConfigurationFile?, environment: [String: String],
        flags: [ConfigurationKey: String]
    ) async throws {
        self.flags = flags
        self.environment = environment
        places = file?.places ?? [:]
        var given: [AbsoluteConfigKey: ConfigValue] = [:]
        for (key, value) in flags {
            given[AbsoluteConfigKey(key.components)] = ConfigValue(
                .string(value), isSecret: key.isSecret)
        }
        var providers: [any ConfigProvider] = [
            InMemoryProvider(name: "flags", values: given),
            EnvironmentVariablesProvider(environmentVariables: environment)
                .prefixKeys(with: ConfigKey(["taskraft"])),
        ]
        if let file {
            let place = ConfigReader(
                provider: InMemoryProvider(
                    values: [
                        AbsoluteConfigKey(["filePath"]): ConfigValue(
                            .string(file.path), isSecret: false)
                    ]))
            providers.append(try await FileProvider<YAMLSnapshot>(config: place))
        }
        reader = ConfigReader(providers: providers)
    }

    /// nil if it is not set, or set to nothing.
    subscript(key: ConfigurationKey) -> String? {
        let value = reader.string(forKey: ConfigKey(key.components), isSecret: key.isSecret)
        return value.flatMap { $0.isEmpty ? nil : $0 }
    }

    func origin(_ key: ConfigurationKey) -> ConfigurationOrigin {
        if flags[key] != nil { return .flag(key.flag ?? key.path) }
        if environment[key.variable] != nil { return .variable(key.variable) }
        return places[key] ?? .none
    }
}
