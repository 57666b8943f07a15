import SimulationKit
import SimulatorCatalog
import Testing

struct TimingFigureTests {
    @Test("what standards fix is what is simulated")
    func published() throws {
        // fc = 13.56 MHz: fc/32, and 256 × 16 / fc × 2^10 (FWI 10).
        #expect(CardLinkTiming.contactless.bitsPerSecond == 13_560_000 / 32)
        #expect(abs(CardLinkTiming.contactless.waiting.inSeconds - 4_096.0 * 1_024 / 13_560_000) < 1e-9)
        // 4 MHz, F/D = 372/4; BWI 4; 22 etu of guard time.
        #expect(CardLinkTiming.contact.bitsPerSecond == 4_000_000 / 93)
        #expect(abs(CardLinkTiming.contact.waiting.inSeconds - (11 * 93.0 + 16 * 960 * 372) / 4_000_000) < 1e-6)
        #expect(abs(CardLinkTiming.contact.turnaround.inSeconds - 22 * 93.0 / 4_000_000) < 1e-6)
    }

    @Test("each figure is named once and says where it is from")
    func named() {
        let figures = SimulatorModel.timingFigures
        #expect(Set(figures.map(\.name)).count == figures.count && figures.count > 25)
        #expect(figures.allSatisfy { !$0.source.isEmpty })
        #expect(!figures.contains { $0.provenance == .recorded }, "nothing was recorded with a device yet")
    }
}

extension Duration {
    fileprivate var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
