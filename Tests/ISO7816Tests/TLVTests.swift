import TestSupport
import Testing

@testable import ISO7816

/// BER-TLV (ISO/IEC 7816-4 clause 5.2.2, X.690 clause 8.1).
@Suite struct TLVTests {
    /// All objects of one level.
    func level(_ bytes: [UInt8], _ range: Range<Int>? = nil, filler: TLVCursor.Filler = .none) throws -> [TLVElement] {
        var cursor = TLVCursor(range ?? 0..<bytes.count, filler: filler)
        var elements: [TLVElement] = []
        while let element = try cursor.next(in: bytes.span) { elements.append(element) }
        return elements
    }

    func size(_ bytes: [UInt8], first count: Int? = nil) throws -> TLVSize {
        try TLVSize(prefix: bytes.span.extracting(first: count ?? bytes.count))
    }

    func failure(_ bytes: [UInt8], filler: TLVCursor.Filler = .none) -> TLVError? {
        #expect(throws: TLVError.self) { try level(bytes, filler: filler) }
    }

    /// The examples of X.690 clauses 8.9.3 (sequence) and 8.14.3 (tagged types).
    @Test func walksTheExamplesOfTheStandard() throws {
        let sequence = hex("30 0A 16 05 53 6D 69 74 68 01 01 FF")
        let outer = try #require(try level(sequence).first)
        #expect(outer.tag == 0x30 && outer.isConstructed && outer.tagClass == .universal && outer.tagNumber == 16)
        let inner = try level(sequence, outer.value)
        #expect(inner.map(\.tag) == [0x16, 0x01])
        #expect(inner.map { Array(sequence[$0.value]) } == [Array("Smith".utf8), [0xFF]])
        #expect(inner.map(\.range) == [2..<9, 9..<12])
        #expect(outer.contents.position == 2 && outer.contents.end == 12)

        let tagged = hex("A2 07 43 05 4A 6F 6E 65 73")
        let type3 = try #require(try level(tagged).first)
        #expect(type3.tag == 0xA2 && type3.isConstructed && type3.tagClass == .contextSpecific && type3.tagNumber == 2)
        let type2 = try #require(try level(tagged, type3.value).first)
        #expect(type2.tag == 0x43 && !type2.isConstructed && type2.tagClass == .application && type2.tagNumber == 3)
    }

    @Test(
        arguments: [
            ("7F21", 0x7F21, true, TagClass.application, 33), ("5F4E", 0x5F4E, false, .application, 78),
            ("FF10", 0xFF10, true, .privateUse, 16),
            ("DF21", 0xDF21, false, .privateUse, 33), ("FF8100", 0xFF8100, true, .privateUse, 128),
            ("9F8F7F", 0x9F8F7F, false, .contextSpecific, 2047),
            ("02", 0x02, false, .universal, 2), ("3E", 0x3E, true, .universal, 30),
        ] as [(String, UInt32, Bool, TagClass, Int)])
    func readsTags(_ text: String, _ tag: UInt32, _ isConstructed: Bool, _ tagClass: TagClass, _ number: Int) throws {
        let bytes = hex(text) + [0x01, 0xAA]
        let element = try #require(try level(bytes).first)
        #expect(element.tag == tag)
        #expect(element.isConstructed == isConstructed)
        #expect(element.tagClass == tagClass)
        #expect(element.tagNumber == number)
        #expect(element.headerCount == hex(text).count + 1)
        #expect(element.value == bytes.count - 1..<bytes.count)
    }

    /// Clause 8.1.3: short form, long form (the standard's example is 201 as `81 C9`), long form with more bytes than needed.
    @Test(arguments: [
        ("00", 0), ("01", 1), ("7F", 127), ("8180", 128), ("81C9", 201), ("81FF", 255), ("820100", 256), ("820101", 257),
        ("82FFFF", 65535), ("83010000", 65536), ("8400010001", 65537), ("8105", 5), ("840000007F", 127),
    ])
    func readsLengths(_ text: String, _ length: Int) throws {
        let bytes = [0x04] + hex(text) + [UInt8](repeating: 0x5A, count: length)
        let element = try #require(try level(bytes).first)
        #expect(element.value.count == length)
        #expect(element.range == 0..<bytes.count)
        #expect(try size(bytes, first: 1 + hex(text).count) == .whole(bytes.count))
        if length > 0 { #expect(failure(bytes.dropLast()) == TLVError.test(.truncatedValue(missing: 1), 0)) }
    }

    @Test func refusesWhatCardsDoNotUse() {
        #expect(failure(hex("3080 0000")) == .test(.indefiniteLength, 0))
        #expect(failure(hex("04 85 0000000001 00")) == .test(.unsupportedLength, 0))
        #expect(failure(hex("04 FF 00")) == .test(.unsupportedLength, 0))
        #expect(failure(hex("1F818101 00")) == .test(.unsupportedTag, 0))
        #expect(failure(hex("1F8001 00")) == .test(.unsupportedTag, 0))
        #expect(failure(hex("0401AA 1F")) == .test(.truncatedTag, 3))
        #expect(failure(hex("0401AA 04")) == .test(.truncatedLength, 3))
        #expect(failure(hex("0401AA 0482 01")) == .test(.truncatedLength, 3))
        #expect(failure(hex("0401AA 0403 0102")) == .test(.truncatedValue(missing: 1), 3))
        #expect(failure(hex("04 84FFFFFFFF 00")) == .test(.truncatedValue(missing: 0xFFFF_FFFE), 0))
    }

    @Test func staysWhereItFailed() throws {
        let bytes = hex("0401AA 0403 0102")
        var cursor = TLVCursor(0..<bytes.count)
        _ = try cursor.next(in: bytes.span)
        #expect(throws: TLVError.self) { try cursor.next(in: bytes.span) }
        #expect(cursor.position == 3)
    }

    @Test func aChildCannotReachOutOfItsParent() throws {
        let bytes = hex("30 03 04 05 01 0203040506")
        let outer = try #require(try TLVCursor.first(bytes))
        #expect(throws: TLVError.test(.truncatedValue(missing: 4), 2)) { try level(bytes, outer.value) }
    }

    /// Files of Japanese cards: private tags of two bytes, then filler up to the size of the file.
    @Test func passesOverFillerButNotOverTagsThatBeginWithFF() throws {
        let file = hex("FF100C 313233343536373839303132 FFFF")
        #expect(try level(file, filler: .skip).map(\.tag) == [0xFF10])
        #expect(failure(file) == .test(.truncatedTag, 15))

        let padded = hex("00 FF 00 FF20 02 DF2100 FFFF 00 FF30 00 00")
        #expect(try level(padded, filler: .skip).map(\.tag) == [0xFF20, 0xFF30])
        #expect(try level(hex("0000"), filler: .skip).isEmpty)
        #expect(try level(hex("FF"), filler: .skip).isEmpty)
        #expect(try level([], filler: .skip).isEmpty)
    }

    @Test func findsATagAmongOthers() throws {
        let bytes = hex("DF2101AA DF2202BBBB DF2300")
        var cursor = TLVCursor(0..<bytes.count)
        #expect(try cursor.next(0xDF22, in: bytes.span)?.value == 7..<9)
        #expect(try cursor.next(0xDF22, in: bytes.span) == nil)
    }

    @Test func aCursorForOtherDataStopsAtTheEnd() throws {
        let bytes = hex("0401AA")
        var beyond = TLVCursor(0..<100)
        _ = try beyond.next(in: bytes.span)
        #expect(try beyond.next(in: bytes.span) == nil)
        var behind = TLVCursor(50..<100)
        #expect(try behind.next(in: bytes.span) == nil)
        var before = TLVCursor(-5..<3)
        #expect(try before.next(in: bytes.span) == nil)
    }

    @Test func tellsTheSizeFromTheFirstBytes() throws {
        let certificate = hex("30 82 05 A1 30 82")
        #expect(try size(certificate) == .whole(0x5A1 + 4))
        #expect(try size(certificate, first: 4) == .whole(0x5A1 + 4))
        for count in 0..<4 {
            guard case .needsMore(let least) = try size(certificate, first: count) else {
                Issue.record("\(count) bytes cannot be enough")
                continue
            }
            #expect(least > count && least <= 4)
        }
        #expect(try size(hex("7F")) == .needsMore(atLeast: 3))
        #expect(try size(hex("7F21 820233")) == .whole(5 + 0x233))
        #expect(throws: TLVError.test(.indefiniteLength, 0)) { try size(hex("3080")) }
        #expect(throws: TLVError.test(.unsupportedLength, 0)) { try size(hex("30FF")) }
        #expect(throws: TLVError.test(.unsupportedTag, 0)) { try size(hex("1F8181")) }
        #expect(try size(hex("0484FFFFFFFF")) == .whole(0xFFFF_FFFF + 6))
    }

    /// SIMPLE-TLV, ISO/IEC 7816-4 clause 5.2.1.
    @Test func readsSimpleTLV() throws {
        let bytes = hex("01 02 AABB 02 FF0003 CCDDEE FE 00")
        var cursor = SimpleTLVCursor(0..<bytes.count)
        let elements = [try cursor.next(in: bytes.span), try cursor.next(in: bytes.span), try cursor.next(in: bytes.span)].compactMap(
            \.self)
        #expect(elements.map(\.tag) == [0x01, 0x02, 0xFE])
        #expect(elements.map(\.value) == [2..<4, 8..<11, 13..<13])
        #expect(elements.map(\.range) == [0..<4, 4..<11, 11..<13])
        #expect(try cursor.next(in: bytes.span) == nil)
    }

    @Test(arguments: [
        ("00 00", TLVError.Kind.unsupportedTag), ("FF 00", .unsupportedTag), ("01", .truncatedLength), ("01 FF 00", .truncatedLength),
        ("01 03 AABB", .truncatedValue(missing: 1)), ("01 FF FFFF", .truncatedValue(missing: 65535)),
    ])
    func refusesMalformedSimpleTLV(_ text: String, _ kind: TLVError.Kind) {
        let bytes = hex(text)
        var cursor = SimpleTLVCursor(0..<bytes.count)
        #expect(throws: TLVError.test(kind, 0)) { try cursor.next(in: bytes.span) }
        #expect(cursor.position == 0)
    }
}

extension TLVCursor {
    fileprivate static func first(_ bytes: [UInt8]) throws -> TLVElement? {
        var cursor = TLVCursor(0..<bytes.count)
        return try cursor.next(in: bytes.span)
    }
}

extension TLVError {
    fileprivate static func test(_ kind: Kind, _ offset: Int) -> TLVError { TLVError(kind, at: offset) }
}
