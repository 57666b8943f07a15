import Diagnosis

/// One line of a recording as it is written: a JSON object whose first field is `event` (RFC 8259).
struct RecordingLine {
    private(set) var bytes: [UInt8]

    /// A line that says what happened.
    init(_ event: String) {
        bytes = Array("{\"event\": ".utf8)
        put(JSONText.quoted(event))
    }

    mutating func add(_ name: String, _ number: Int) { add(name, literally: String(number)) }

    mutating func add(_ name: String, _ text: String) { add(name, literally: JSONText.quoted(text)) }

    /// Bytes as hexadecimal digits.
    mutating func add(_ name: String, hexadecimal content: Span<UInt8>) {
        put(", \(JSONText.quoted(name)): \"")
        bytes.reserveCapacity(bytes.count + 2 * content.count + 4)
        for index in content.indices {
            for digit in [content[index] >> 4, content[index] & 0x0F] { bytes.append(digit < 10 ? 0x30 + digit : 0x37 + digit) }
        }
        put("\"")
    }

    /// A value that is JSON already.
    mutating func add(_ name: String, literally value: String) { put(", \(JSONText.quoted(name)): \(value)") }

    /// The whole line with its end.
    var ended: [UInt8] { bytes + Array("}\n".utf8) }

    private mutating func put(_ text: String) { bytes.append(contentsOf: text.utf8) }
}

extension Lane {
    /// The lane as an object of a line.
    var json: String {
        """
        {"id": \(id.rawValue), "kind": "\(kind.text)", "slots": \(slots), "packetSize": \(packetSize), \
        "descriptor": "\(Hexadecimal.text(descriptor))"}
        """
    }
}
