import Guidance
import Testing

@Suite struct SourceParameterTests {
    @Test func everyOpenPointIsAParameter() {
        #expect(
            Set(SourceParameters.all.map(\.rule)) == [
                "R064", "R070", "R080", "R084", "R093", "R101", "R131", "R139", "R142", "R144", "R163", "R166", "R167", "R168", "R175",
                "R176",
                "R184", "R222", "R225",
            ])
        #expect(SourceParameters.all.allSatisfy { RuleBook.standard[$0.rule] != nil })
        #expect(Set(SourceParameters.all.map(\.name)).count == SourceParameters.all.count)
    }

    @Test func everyReadingDiffersFromTheOneThatIsTaken() throws {
        for parameter in SourceParameters.all {
            let taken = try #require(parameter.readings.first)
            // Another document may say the same; some reading says something else.
            #expect(parameter.readings.dropFirst().contains { $0.value != taken.value }, "\(parameter.name)")
            #expect(parameter.why.japanese.hasSuffix("。") && parameter.why.english.hasSuffix("."), "\(parameter.name)")
        }
    }

    @Test func readingsArePrintedWithTheirDocument() throws {
        let hours = try #require(SourceParameters.all.first { $0.name == "failure-function-hours" })
        #expect(hours.readings.map(\.value) == ["Mon–Fri 9:00–17:00, Sat –", "Mon–Fri 8:00–18:00, Sat 8:00–16:00"])
        #expect(hours.readings.map { $0.document?.date } == ["2025-04", "2026-04"])
        let tries = try #require(SourceParameters.all.first { $0.name == "passcode-tries" })
        #expect(tries.readings.map(\.value) == ["none", "3"] && tries.readings.allSatisfy { $0.document == nil })
        let consent = try #require(SourceParameters.all.first { $0.name == "limit-consent-end" })
        #expect(consent.readings.map(\.value) == ["2024-10-07", "never"])
    }
}
