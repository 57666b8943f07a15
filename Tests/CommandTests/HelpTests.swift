import Diagnosis
import Testing

@testable import Commands

@Suite struct HelpTests {
    @Test func english() {
        #expect(
            Sample.program.help(of: ["sample", "visit"], in: .english, width: 80) == """
                sample visit - Carry out a visit
                """)
    }

    @Test func japanese() {
        #expect(
            Sample.program.help(of: ["sample", "visit"], in: .japanese, width: 80) == """
                sample visit - 
                """)
    }

    @Test(arguments: Language.allCases, [40, 60, 80])
    func noLineIsTooLong(_ language: Language, _ width: Int) {
        for path in [["sample"], ["sample", "visit"], ["sample", "trace"], ["sample", "trace", "show"], ["sample", "help"]] {
            let lines = Sample.program.help(of: path, in: language, width: width).split(separator: "\n")
            for line in lines where !line.contains("sample visit --reader") && !line.hasPrefix("Usage") {
                #expect(TextLayout.width(String(line)) <= width, "\(line)")
            }
        }
    }

    @Test func hiddenCommandsAreNotShown() {
        #expect(!Sample.program.help(of: ["sample"], in: .english, width: 80).contains("slots"))
    }
}
