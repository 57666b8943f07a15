import FaceReaderKit
import Testing

/// The check values of "123456789" that catalogues of CRCs give.
@Suite struct CRC32Tests {
    @Test func theCheckValuesAreThoseOfTheCatalogues() {
        let digits = Array("123456789".utf8)
        #expect(CRC32.hdlc.check(of: digits.span) == 0xCBF4_3926)
        #expect(CRC32.castagnoli.check(of: digits.span) == 0xE306_9283)
    }

    @Test(arguments: 0...9) func whatComesInTwoPartsHasTheSameCheck(_ cut: Int) {
        let digits = Array("123456789".utf8)
        let first = CRC32.castagnoli.check(of: digits.span.extracting(..<cut))
        let whole = CRC32.castagnoli.check(of: digits.span.extracting(cut...), after: first)
        #expect(whole == 0xE306_9283)
    }
}
