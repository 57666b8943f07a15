import FaceTerminal
import Testing

/// The check values of "123456789" that catalogues of CRCs give.
@Suite struct CyclicCheckTests {
    @Test func theCheckValuesAreThoseOfTheCatalogues() {
        let digits = Array("123456789".utf8)
        #expect(CyclicCheck.crc32(digits.span) == 0xCBF4_3926)
        #expect(CyclicCheck.crc32C(digits.span) == 0xE306_9283)
    }
}
