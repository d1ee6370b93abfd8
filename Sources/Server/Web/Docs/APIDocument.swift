/// The description of the API (OpenAPI 3.1), with its references resolved where they are asked
/// for.
package struct APIDocument: Sendable {
    package struct Operation: Sendable {
        /// In capitals.
        package var method: String
        package var path: String
        package var content: JSONValue

        package var id: String { content["operationId"].text ?? "" }
        package var tag: String { content["tags"][0].text ?? "" }
        package var summary: String { content["summary"].text ?? "" }
    }

    package let root: JSONValue
    /// In the order of the file.
    package let operations: [Operation]

    package var tags: [String] { root["tags"].elements.compactMap { $0["name"].text } }

    package init(_ bytes: [UInt8]) {
        guard let root = try? JSONReader.read(bytes) else {
            preconditionFailure("The description is JSON: a test reads it.")
        }
        self.root = root
        operations = root["paths"].members.flatMap { path in
            path.value.members.map {
                Operation(method: $0.name.uppercased(), path: path.name, content: $0.value)
            }
        }
    }

    /// The members of an object, first those of the parts that it is put together from.
    package func members(
        of schema: JSONValue
    ) -> (fields: [JSONValue.Member], required: Set<String>) {
        let schema = resolved(schema)
        let parts = schema["allOf"].elements.map(members)
        let own = Set(schema["required"].elements.compactMap(\.text))
        return (
            parts.flatMap(\.fields) + schema["properties"].members,
            parts.reduce(own) { $0.union($1.required) }
        )
    }

    /// What a `$ref` stands for; anything else stands for itself.
    package func resolved(_ value: JSONValue) -> JSONValue {
        guard let reference = value["$ref"].text else { return value }
        return reference.split(separator: "/").dropFirst().reduce(root) { $0[String($1)] }
    }
}
