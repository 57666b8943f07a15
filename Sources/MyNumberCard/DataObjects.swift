import Certificates
import ISO7816
import JapaneseCalendar

/// The data objects of a card's file, taken apart: one object around, inside it the known ones in their fixed order.
struct DataObjects {
    let file: CardFile
    private let bytes: [UInt8]
    private let members: [TLVElement]

    /// Takes `fileContents` apart: the object around with the tag `outer`, behind it perhaps filler, inside it `tags` in order, and behind
    /// them unknown objects where `others` allows them.
    init(_ fileContents: [UInt8], of file: CardFile, outer: UInt32, tags: [UInt32], others: Bool = false) throws(CardDataError) {
        self.file = file
        bytes = fileContents
        var level = TLVCursor(0..<bytes.count)
        let around = try Self.next(&level, outer, in: bytes, of: file)
        if let offset = bytes[around.range.upperBound...].firstIndex(where: { $0 != 0xFF && $0 != 0x00 }) {
            throw CardDataError(file, .notFiller(at: offset))
        }
        guard around.range.count <= file.longest else { throw CardDataError(file, .length(of: outer, is: around.value.count)) }
        var cursor = TLVCursor(around.value)
        var members: [TLVElement] = []
        for tag in tags { members.append(try Self.next(&cursor, tag, in: bytes, of: file)) }
        while cursor.position < around.value.upperBound {
            guard others else { throw CardDataError(file, .surplus(at: cursor.position)) }
            members.append(try Self.next(&cursor, nil, in: bytes, of: file))
        }
        self.members = members
    }

    private static func next(
        _ cursor: inout TLVCursor, _ tag: UInt32?, in bytes: [UInt8], of file: CardFile
    ) throws(CardDataError) -> TLVElement {
        let position = cursor.position
        let element: TLVElement?
        do { element = try cursor.next(in: bytes.span) } catch { throw CardDataError(file, .noObject(at: position)) }
        guard let element else { throw CardDataError(file, .noObject(at: position)) }
        if let tag, element.tag != tag { throw CardDataError(file, .unexpectedObject(at: position, instead: tag)) }
        return element
    }

    // MARK: Values

    /// The value of the object with `tag`, one of those that were asked for.
    func value(_ tag: UInt32) throws(CardDataError) -> [UInt8] { Array(bytes[try element(tag).value]) }

    /// The value, which has `count` bytes.
    func value(_ tag: UInt32, count: Int) throws(CardDataError) -> [UInt8] {
        let value = try value(tag)
        guard value.count == count else { throw CardDataError(file, .length(of: tag, is: value.count)) }
        return value
    }

    /// The value, which has at most `count` bytes and one at least.
    func value(_ tag: UInt32, atMost count: Int) throws(CardDataError) -> [UInt8] {
        let value = try value(tag)
        guard (1...count).contains(value.count) else { throw CardDataError(file, .length(of: tag, is: value.count)) }
        return value
    }

    /// The objects from `first` to `last` with tags and lengths, as a signature covers them.
    func whole(_ first: UInt32, through last: UInt32) throws(CardDataError) -> [UInt8] {
        let (begin, end) = (try element(first).range.lowerBound, try element(last).range.upperBound)
        guard begin <= end else { throw CardDataError(file, .unexpectedObject(at: end, instead: first)) }
        return Array(bytes[begin..<end])
    }

    /// Everything inside behind the object with `tag`, with tags and lengths.
    func whole(behind tag: UInt32) throws(CardDataError) -> [UInt8] {
        let begin = try element(tag).range.upperBound
        return Array(bytes[begin..<(members.last?.range.upperBound ?? begin)])
    }

    /// A day, `YYYYMMDD`.
    func day(_ tag: UInt32) throws(CardDataError) -> CalendarDay {
        let digits = try value(tag, count: 8)
        guard let day = CalendarDay(digits: String(decoding: digits, as: UTF8.self)) else { throw CardDataError(file, .notADay(tag)) }
        return day
    }

    /// A sex, one ASCII digit.
    func sex(_ tag: UInt32) throws(CardDataError) -> Sex {
        guard let sex = Sex(rawValue: try value(tag, count: 1)[0]) else { throw CardDataError(file, .notASex(tag)) }
        return sex
    }

    /// Text in UTF-8 without control characters.
    func text(_ tag: UInt32, atMost count: Int) throws(CardDataError) -> String {
        let bytes = try value(tag, atMost: count)
        guard let text = String(validating: bytes, as: UTF8.self),
            text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { throw CardDataError(file, .notText(tag)) }
        return text
    }

    /// Digits in ASCII.
    func digits(_ tag: UInt32, count: Int) throws(CardDataError) -> String {
        let bytes = try value(tag, count: count)
        guard bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { throw CardDataError(file, .notDigits(tag)) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// An RSA public key, `90` exponent and `91` modulus.
    func publicKey(_ tag: UInt32) throws(CardDataError) -> RSAPublicKey {
        var cursor = TLVCursor(try element(tag).value)
        let exponent = try Self.next(&cursor, 0x90, in: bytes, of: file)
        let modulus = try Self.next(&cursor, 0x91, in: bytes, of: file)
        guard cursor.position == cursor.end else { throw CardDataError(file, .surplus(at: cursor.position)) }
        do { return try RSAPublicKey(modulus: Array(bytes[modulus.value]), exponent: Array(bytes[exponent.value])) } catch {
            throw CardDataError(file, .notAKey(tag))
        }
    }

    /// Compares the offset table with the objects behind it: two bytes for each of them, where it begins, counted from the start of the
    /// file.
    ///
    /// Provenance: that there is one entry for each object, and that it points to the tag, is assumed.
    func checkOffsetTable(_ tag: UInt32) throws(CardDataError) {
        let table = try value(tag, count: 2 * (members.count - 1))
        for (index, member) in members.dropFirst().enumerated() {
            let offset = Int(table[2 * index]) << 8 | Int(table[2 * index + 1])
            guard offset == member.range.lowerBound else { throw CardDataError(file, .offsetTable(entry: index)) }
        }
    }

    private func element(_ tag: UInt32) throws(CardDataError) -> TLVElement {
        guard let element = members.first(where: { $0.tag == tag }) else {
            throw CardDataError(file, .unexpectedObject(at: bytes.count, instead: tag))
        }
        return element
    }
}
