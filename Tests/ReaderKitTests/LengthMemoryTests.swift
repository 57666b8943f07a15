import Cards
import ISO7816
import ReaderKit
import ReaderTransport
import TestSupport
import Testing

@Suite struct SharedLengthMemoryTests {
    private func plan(_ profile: CardProfile, _ interface: CardInterface, _ memory: SharedLengthMemory = SharedLengthMemory()) throws
        -> LengthPlan
    {
        try Bench(VirtualCard(profile, holder: .hanako, interface: interface)).session(memory: memory).lengthPlan
    }

    @Test func theAnswerToResetDecidesWhereNothingIsKnown() throws {
        #expect(try plan(.myNumberCard, .contact) == .tryExtended)
        #expect(try plan(.myNumberCard, .contactless) == .tryExtended)
        // A contact card that does not declare extended length is never asked.
        #expect(try plan(.myNumberCardShortLength, .contact) == .short)
        #expect(try plan(.myNumberCardKnownToOpenSC, .contact) == .short)
    }

    @Test func whatWasSeenServesTheNextSessionWithTheSameReaderAndCard() throws {
        let memory = SharedLengthMemory()
        let card = { VirtualCard(.myNumberCard, holder: .hanako) }
        try Bench(card()).session(memory: memory).remember(.shortOnly)
        #expect(try Bench(card()).session(memory: memory).lengthPlan == .short)
        #expect(try Bench(card(), name: "sim:other").session(memory: memory).lengthPlan == .tryExtended)
        #expect(try plan(.myNumberCard, .contact, memory) == .tryExtended)
        try Bench(card()).session(memory: memory).remember(.extendedWorks)
        #expect(try Bench(card()).session(memory: memory).lengthPlan == .extended)
        #expect(try Bench(card()).session().lengthPlan == .tryExtended)
    }

    @Test func anAnswerToResetThatCannotBeReadMeansShort() throws {
        let bench = try Bench(ScriptedCard(answerToReset: [0x00, 0xFF, 0x11]) { _, _ in [0x90, 0x00] })
        #expect(try bench.session().lengthPlan == .short)
    }
}
