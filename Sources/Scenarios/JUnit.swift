/// The result of a run in the form that build servers read (JUnit XML: `testsuite`, `testcase`, `failure`, `skipped`).
public enum JUnit {
    /// The document in UTF-8.
    public static func document(_ reports: [ScenarioReport]) -> String {
        let failed = reports.count { if case .failed = $0.ending { true } else { false } }
        let skipped = reports.count { if case .skipped = $0.ending { true } else { false } }
        let counts = [("tests", "\(reports.count)"), ("failures", "\(failed)"), ("errors", "0"), ("skipped", "\(skipped)")]
        let cases = reports.map(testcase).joined()
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + element("testsuite", [("name", "kazasu run")] + counts, "\n" + cases) + "\n"
    }

    private static func testcase(_ report: ScenarioReport) -> String {
        let inner =
            switch report.ending {
            case .passed: ""
            case .failed(let lines): element("failure", [("message", lines.first ?? "")], text(lines.joined(separator: "\n")))
            case .skipped(let reason): element("skipped", [("message", reason)], "")
            }
        let name = report.seed.map { "\(report.title) [\(report.reader), seed \($0)]" } ?? "\(report.title) [\(report.reader)]"
        let fields = [("classname", report.path), ("name", name), ("time", seconds(report.duration)), ("file", report.path)]
        return element("testcase", fields, inner) + "\n"
    }

    private static func seconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let thousandths = String(attoseconds / 1_000_000_000_000_000)
        return "\(seconds).\(String(repeating: "0", count: max(0, 3 - thousandths.count)))\(thousandths)"
    }

    // MARK: XML

    private static func element(_ name: String, _ fields: [(String, String)], _ inner: String) -> String {
        let written = fields.map { " \($0.0)=\"\(text($0.1))\"" }.joined()
        return inner.isEmpty ? "<\(name)\(written)/>" : "<\(name)\(written)>\(inner)</\(name)>"
    }

    /// A text between tags or quotes (XML 1.0 clauses 2.2 and 2.4); a character that XML cannot hold becomes U+FFFD.
    static func text(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t", "\n", "\r": result += "&#\(scalar.value);"
            default: result.unicodeScalars.append(isAllowed(scalar) ? scalar : "\u{FFFD}")
            }
        }
        return result
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // C1 controls are allowed and nobody wants them.
        case 0..<0x20, 0x7F...0x9F, 0xFFFE, 0xFFFF: false
        default: true
        }
    }
}
