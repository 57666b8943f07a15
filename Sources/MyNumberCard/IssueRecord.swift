import ISO7816
import JapaneseCalendar

/// Serial number, municipality and expiry of the card, free to read, from the 共通カードAP.
///
/// Record 1: SIMPLE-TLV `01 1C` and 28 digits, serial 15, municipality 5, expiry `YYYYMMDD` (measured by a public open-source project;
/// several independent ones read the first part).
public struct IssueRecord: PersonalData {
    /// The serial number of the card, 15 digits. It names the card, and so its holder.
    public let serial: String
    /// 全国地方公共団体コード of the municipality that issued it, 5 digits.
    public let municipality: String
    /// 有効期限: the last day on which the card is valid.
    public let expiry: CalendarDay

    /// Reads a record, with or without filler behind it.
    public init(record: [UInt8]) throws(CardDataError) {
        var cursor = SimpleTLVCursor(0..<record.count)
        let element: SimpleTLVCursor.Element?
        do { element = try cursor.next(in: record.span) } catch { throw CardDataError(.issueRecord, .noObject(at: 0)) }
        guard let element, element.tag == 0x01 else { throw CardDataError(.issueRecord, .unexpectedObject(at: 0, instead: 0x01)) }
        guard element.value.count == 28 else { throw CardDataError(.issueRecord, .length(of: 0x01, is: element.value.count)) }
        if let offset = record[cursor.position...].firstIndex(where: { $0 != 0xFF && $0 != 0x00 }) {
            throw CardDataError(.issueRecord, .notFiller(at: offset))
        }
        let bytes = record[element.value]
        guard bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { throw CardDataError(.issueRecord, .notDigits(0x01)) }
        let digits = String(decoding: bytes, as: UTF8.self)
        serial = String(digits.prefix(15))
        municipality = String(digits.dropFirst(15).prefix(5))
        guard let day = CalendarDay(digits: String(digits.suffix(8))) else { throw CardDataError(.issueRecord, .notADay(0x01)) }
        expiry = day
    }

    /// Whether the card is no longer valid on a day in Japan; the day of expiry is the last one on which it is.
    public func isExpired(on day: CalendarDay) -> Bool { day > expiry }
}
