import HTTPTypes
import Hummingbird
import NIOCore
import Node
import Replica
import StateStore
import Work

extension Responder {
    /// `GET /v1/calendar.ics`: due days, for programs that show calendars (RFC 5545); of open tasks,
    /// unless the filter names a status. Such programs know no headers: a token may be a parameter.
    func calendar(_ call: Call) async throws(Problem) -> Response {
        let (values, consistency) = try call.readParameters(["q", "zone", "token"])
        var query = try TaskListInput.query(values)
        query.conditions.append(.init(.due(.none), isNegated: true))
        let namesStatus = query.conditions.contains { condition in
            if case .status = condition.test { true } else { false }
        }
        if !namesStatus { query.conditions.append(.init(.status([.done]), isNegated: true)) }
        query.sort = .init(.due)
        query.limit = Calendar.tasksMax
        let point: ReadPoint
        let tasks: [TaskRecord]
        do {
            point = try await node.readPoint(consistency)
            tasks = try await node.tasks(
                matching: query, after: nil, atLeast: point.index).tasks
        } catch {
            throw Problem(error)
        }
        let cluster = node.status().clusterID
        let text = Calendar.text(tasks, cluster: cluster)
        var response = read(
            Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: text))),
            at: point)
        response.headers[.contentType] = "text/calendar; charset=utf-8"
        return response
    }
}

/// A calendar of days.
enum Calendar {
    static let tasksMax = 2_000

    static func text(_ tasks: [TaskRecord], cluster: UInt64) -> String {
        var lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Taskraft//Tasks//EN",
            "X-WR-CALNAME:Tasks", "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
        ]
        for task in tasks {
            guard let due = task.fields.due else { continue }
            lines += [
                "BEGIN:VEVENT",
                "UID:task-\(task.id.rawValue)@\(String(cluster, radix: 16)).taskraft",
                "DTSTAMP:\(stamp(task.updated))",
                "DTSTART;VALUE=DATE:\(day(due))",
                "SUMMARY:\(escaped(task.fields.title))",
                "DESCRIPTION:\(escaped(task.fields.description))",
                "SEQUENCE:\(min(task.version, UInt64(Int32.max)))",
                "TRANSP:TRANSPARENT",
            ]
            if !task.fields.labels.isEmpty {
                lines.append(
                    "CATEGORIES:" + task.fields.labels.map(escaped).joined(separator: ","))
            }
            lines.append("END:VEVENT")
        }
        lines.append("END:VCALENDAR")
        return lines.map { folded($0) + "\r\n" }.joined()
    }

    private static func day(_ date: CalendarDate) -> String { date.text.filter { $0 != "-" } }

    /// `20261121T043323Z`
    private static func stamp(_ time: Timestamp) -> String {
        time.text.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
    }

    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\\", ";", ",": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case "\r": break
            default: result.unicodeScalars.append(scalar)
            }
        }
    }

    /// A line has 75 bytes at most; what is longer goes on in the next one, after a space.
    private static func folded(_ line: String) -> String {
        guard line.utf8.count > 75 else { return line }
        var (result, length) = ("", 0)
        for scalar in line.unicodeScalars {
            let size = scalar.utf8.count
            if length + size > 75 {
                result += "\r\n "
                length = 1
            }
            result.unicodeScalars.append(scalar)
            length += size
        }
        return result
    }
}
