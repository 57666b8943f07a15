import CReaderPlugin
import ReaderKit
import Station

/// The way to a card in a plugin's reader.
final class PluginChannel: CardChannel {
    let slot: UInt8
    private(set) var answerToReset: [UInt8]
    private let reader: PluginReader
    // What the reader knows the card by; not the plugin's handle, which may be freed when the reader is closed.
    private let number: UInt64

    init(_ reader: PluginReader, _ number: UInt64, slot: UInt8, answerToReset: [UInt8]) {
        self.reader = reader
        self.number = number
        self.slot = slot
        self.answerToReset = answerToReset
    }

    var readerName: String { reader.name }
    var carriesExtendedLength: Bool? { reader.device.carriesExtendedLength }

    func transmit(_ command: Span<UInt8>, into response: inout [UInt8], until deadline: Instant) throws(ReaderError) {
        try connected { card throws(ReaderError) in
            try command.withUnsafeBufferPointer { command throws(ReaderError) in
                try reader.receive(into: &response, least: 2, until: deadline) { buffer, count, timeout in
                    reader.device.functions.reader.transmit?(
                        card, command.baseAddress, command.count, buffer.baseAddress, buffer.count, &count, timeout) ?? KAZASU_FAILED
                }
            }
        }
    }

    func warmReset(until deadline: Instant) throws(ReaderError) {
        try connected { card throws(ReaderError) in
            try reader.receiveAnswerToReset(into: &answerToReset, until: deadline) { bytes, count, timeout in
                reader.device.functions.reader.warm_reset?(card, timeout, bytes, &count) ?? KAZASU_NOT_SUPPORTED
            }
        }
    }

    func close() { reader.disconnect(number) }

    private func connected(_ body: (OpaquePointer) throws(ReaderError) -> Void) throws(ReaderError) {
        try reader.check()
        guard let card = reader.card(number) else { throw ReaderError(.cardRemoved, cause: "the channel was closed") }
        do throws(ReaderError) { try body(card) } catch {
            // A card that was there and is not any more has been removed; that there was none is another story.
            throw error.reason == .noCard ? ReaderError(.cardRemoved, cause: error.cause) : error
        }
    }
}
