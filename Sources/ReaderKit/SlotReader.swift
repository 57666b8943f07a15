import ReaderTransport
import Station

/// One slot of a reader with several, as a reader that has no other: whoever uses the first slot of a reader uses this one.
///
/// It has no facets: screen, camera and keypad belong to the first slot.
public final class SlotReader: Reader {
    /// The reader's name, `#` and the slot's.
    public let name: String
    /// One.
    public let slotCount: UInt8 = 1
    private let reader: any Reader
    private let slot: UInt8

    /// The slot of `reader` with this name, or number from 0 on; the first one is the reader itself, with all that it has. Throws
    /// `.readerNotFound` where there is no such slot; the cause names those that there are.
    public static func slot(_ name: String, of reader: any Reader) throws(ReaderError) -> any Reader {
        guard let index = index(of: name, among: reader.slotNames, count: Int(reader.slotCount)) else {
            let known = (0..<Int(reader.slotCount)).map { reader.slotNames.isEmpty ? "\($0)" : "\($0) (\(reader.slotNames[$0]))" }
            throw ReaderError(.readerNotFound, cause: "\(reader.name) has no slot '\(name)', but \(known.joined(separator: ", "))")
        }
        return index == 0 ? reader : SlotReader(reader, slot: UInt8(truncatingIfNeeded: index), name: "\(reader.name)#\(name)")
    }

    /// Which slot is meant by a name, or by a number from 0 on; `nil` where there is none, or several have that name.
    public static func index(of name: String, among names: [String], count: Int) -> Int? {
        let named = names.indices.filter { names[$0] == name && !name.isEmpty }
        if named.count == 1 { return named[0] }
        // UInt8 takes a sign too, which belongs to no number of a slot.
        let isNumber = name.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard named.isEmpty, isNumber, let number = UInt8(name), Int(number) < count else { return nil }
        return Int(number)
    }

    private init(_ reader: any Reader, slot: UInt8, name: String) {
        self.reader = reader
        self.slot = slot
        self.name = name
    }

    /// The name of the slot.
    public var slotNames: [String] { reader.slotNames.isEmpty ? [] : [reader.slotNames[Int(slot)]] }
    /// The source of the reader's presence events.
    public var source: SourceID { reader.source }

    /// Asks for an event as soon as the presence of a card differs from `known`.
    public func watchPresence(slot: UInt8, known: CardPresence) -> TransferID {
        reader.watchPresence(slot: inner(slot), known: known)
    }

    /// The presence that was watched for. Throws what ended the watch otherwise.
    public func presence(_ watch: TransferID) throws(ReaderError) -> CardPresence { try reader.presence(watch) }

    /// Takes a watch back.
    public func abandon(_ watch: TransferID) { reader.abandon(watch) }

    /// Gives the card power.
    public func connect(slot: UInt8, until deadline: Instant) throws(ReaderError) -> any CardChannel {
        try reader.connect(slot: inner(slot), until: deadline)
    }

    /// Ends the use of the reader.
    public func close() { reader.close() }

    // What is not the first slot here is none of the reader's either.
    private func inner(_ slot: UInt8) -> UInt8 { slot == 0 ? self.slot : .max }
}
