import Diagnosis
import ReaderTransport

/// Where an exported capture is from: two comments of its section, one for people, one for `kazasu trace import`.
public enum CaptureComment {
    /// The beginning of the comment for programs.
    static let mark = "kazasu recording: "

    /// What stands in the capture and was not on a cable.
    public static let remark =
        "Made by 'kazasu trace export' from a recording: device and configuration descriptors, bus, addresses and endpoint numbers are synthesized; "
        + "interface numbers are those of the lanes; packets that are cut carry bytes that were withheld"

    /// The JSON of the second comment: program, clock, start, options, end, and the names of the devices in the order in which they were opened.
    static func text(of recording: Recording) -> String {
        let options = recording.options.sorted { $0.key < $1.key }.map { "\(JSONText.quoted($0.key)): \(JSONText.quoted($0.value))" }
        let names = recording.records.compactMap { if case .open(_, let name, _) = $0.event { JSONText.quoted(name) } else { nil } }
        let outcome = recording.outcome.map(JSONText.quoted) ?? "null"
        return """
            \(mark){"program": \(JSONText.quoted(recording.program)), "clock": "\(recording.clock == .virtual ? "virtual" : "real")", \
            "unixTime": \(recording.startUnixTime), "outcome": \(outcome), "options": {\(options.joined(separator: ", "))}, \
            "devices": [\(names.joined(separator: ", "))]}
            """
    }

    /// The JSON of the comment for programs among the comments of a section; `nil` where there is none.
    public static func json(in comments: [String]) -> String? {
        comments.first { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count)) }
    }
}
