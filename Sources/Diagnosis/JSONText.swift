/// JSON strings (RFC 8259 clause 7), for programs that do not link Foundation.
public enum JSONText {
    /// The text between quotation marks: control characters, quotation mark and backslash escaped, everything else as UTF-8.
    ///
    /// RFC 8259 asks for those below U+0020 only; the others, C1 (ECMA-48 clause 5.3) among them, could drive a terminal that shows the JSON.
    public static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.properties.generalCategory == .control: result += escape(scalar)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// A whole JSON text with DEL and the C1 controls escaped, which other writers of JSON leave as they are. They stand in strings only,
    /// so nothing else can change. C0 controls are left alone: between the strings they may be line feeds.
    public static func escapingHighControls(_ json: String) -> String {
        guard json.unicodeScalars.contains(where: isHighControl) else { return json }
        var result = ""
        for scalar in json.unicodeScalars {
            if isHighControl(scalar) { result += escape(scalar) } else { result.unicodeScalars.append(scalar) }
        }
        return result
    }

    private static func isHighControl(_ scalar: Unicode.Scalar) -> Bool { (0x7F...0x9F).contains(scalar.value) }

    /// Every control character has at most four hexadecimal digits.
    private static func escape(_ control: Unicode.Scalar) -> String {
        let digits = String(control.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
