import TestSupport
import Testing

@testable import ISO7816

/// Which length fields to begin with, and what is remembered.
@Suite struct LengthMemoryTests {
    static let contactExtended = hex("3B DA 13 FF 81 31 FB 46 80 12 39 2F 31 C1 73 C6 01 C0 3B")
    static let contactShort = hex("3B C5 FF 81 31 FB 45 80 73 C6 01 00 00")
    static let contactBare = hex("3B E0 00 FF 81 31 FE 45 14")
    static let typeB = hex("3B 88 80 01 00 00 05 E0 B3 81 A1 00 7F")

    func plan(_ memory: LengthMemory, _ card: [UInt8], reader: String = "A", carries: Bool? = nil) throws -> LengthPlan {
        let declaration = try AnswerToReset(bytes: card).extendedLengthDeclaration
        return memory.plan(reader: reader, card: card, readerCarriesExtended: carries, declaration: declaration)
    }

    @Test func firstPlanFollowsTheDeclarations() throws {
        let memory = LengthMemory()
        #expect(try plan(memory, Self.contactExtended) == .tryExtended)
        #expect(try plan(memory, Self.contactExtended, carries: true) == .tryExtended)
        #expect(try plan(memory, Self.contactExtended, carries: false) == .short)
        #expect(try plan(memory, Self.contactShort, carries: true) == .short)
        #expect(try plan(memory, Self.contactBare, carries: true) == .short)
        #expect(try plan(memory, Self.typeB) == .tryExtended)
        #expect(try plan(memory, Self.typeB, carries: false) == .short)
    }

    @Test func whatWasSeenDecidesForThatReaderAndCardOnly() throws {
        var memory = LengthMemory()
        memory.remember(.shortOnly, reader: "A", card: Self.typeB)
        memory.remember(.extendedWorks, reader: "B", card: Self.typeB)
        #expect(try plan(memory, Self.typeB, reader: "A") == .short)
        #expect(try plan(memory, Self.typeB, reader: "B") == .extended)
        #expect(try plan(memory, Self.typeB, reader: "B", carries: false) == .short)
        #expect(try plan(memory, Self.typeB, reader: "C") == .tryExtended)
        #expect(try plan(memory, Self.contactExtended, reader: "A") == .tryExtended)
        memory.remember(.unknown, reader: "A", card: Self.typeB)
        #expect(try plan(memory, Self.typeB, reader: "A") == .tryExtended)
    }

    @Test func forgetsTheOldestFirst() {
        var memory = LengthMemory(capacity: 2)
        memory.remember(.shortOnly, reader: "A", card: [1])
        memory.remember(.shortOnly, reader: "A", card: [2])
        memory.remember(.extendedWorks, reader: "A", card: [1])
        memory.remember(.shortOnly, reader: "A", card: [3])
        #expect(memory.finding(reader: "A", card: [1]) == .extendedWorks)
        #expect(memory.finding(reader: "A", card: [2]) == .unknown)
        #expect(memory.finding(reader: "A", card: [3]) == .shortOnly)
    }

    @Test func onlyWrongLengthAndTransportFailuresFallBack() {
        for value in UInt16.min...UInt16.max {
            #expect(LengthMemory.fallsBack(after: .status(StatusWord(rawValue: value))) == (value == 0x6700))
        }
        #expect(LengthMemory.fallsBack(after: .transportFailure))
    }

    @Test func aRefusalCountsOnlyWhenTheShortFormIsUnderstood() {
        #expect(LengthMemory.finding(extended: .status(.success)) == .extendedWorks)
        #expect(LengthMemory.finding(extended: .status(.conditionsNotSatisfied)) == .extendedWorks)
        for refusal in [LengthMemory.Outcome.status(.wrongLength), .transportFailure] {
            #expect(LengthMemory.finding(extended: refusal) == .unknown)
            #expect(LengthMemory.finding(extended: refusal, thenShort: .status(.success)) == .shortOnly)
            #expect(LengthMemory.finding(extended: refusal, thenShort: .status(.fileNotFound)) == .shortOnly)
            #expect(LengthMemory.finding(extended: refusal, thenShort: .status(.wrongLength)) == .unknown)
            #expect(LengthMemory.finding(extended: refusal, thenShort: .transportFailure) == .unknown)
        }
    }
}
