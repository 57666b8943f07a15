import ACR1255U
import ACR1255USimulator
import Diagnosis
import FeitianBLE
import FeitianBLESimulator
import GATTDevice
import ReaderKit
import ReaderTransport
import SimulationKit
import Station
import TestSupport

/// The cable of a twin on which notifications are altered.
final class TamperedCable: Attachment {
    /// How many notifications have come.
    private(set) var notified = 0
    private let inner: any Attachment
    private let alter: (_ number: Int, _ value: [UInt8]) -> [UInt8]
    private var reads: Set<TransferID> = []

    /// `alter` says what comes instead of the `number`th notification, counted from 1.
    init(_ inner: any Attachment, alter: @escaping (_ number: Int, _ value: [UInt8]) -> [UInt8]) {
        self.inner = inner
        self.alter = alter
    }

    var source: SourceID { inner.source }
    var lanes: [Lane] { inner.lanes }

    func submit(_ transfer: Transfer, sending bytes: Span<UInt8>) -> TransferID {
        let id = inner.submit(transfer, sending: bytes)
        if case .read = transfer.operation { reads.insert(id) }
        return id
    }

    func collect(_ transfer: TransferID, into buffer: inout [UInt8]) -> TransferStatus {
        let status = inner.collect(transfer, into: &buffer)
        if reads.remove(transfer) != nil, status == .completed {
            notified += 1
            buffer = alter(notified, buffer)
        }
        return status
    }

    func abort(_ transfer: TransferID) { inner.abort(transfer) }
    func close() { inner.close() }
}

/// A Bluetooth reader's driver on its twin, in virtual time.
final class BluetoothBench {
    let station = Station(.virtual)
    /// What comes instead of the `number`th notification since the reader was last opened.
    var alter: (_ number: Int, _ value: [UInt8]) -> [UInt8] = { $1 }
    /// How many notifications have come since.
    var notified: Int { cable?.notified ?? 0 }
    private let twin: any GATTDevice
    private let driver: any ReaderDriver
    private var cable: TamperedCable?

    init(_ twin: any GATTDevice, _ driver: any ReaderDriver) {
        self.twin = twin
        self.driver = driver
    }

    var soon: Instant { station.now + .seconds(10) }

    func open() throws(ReaderError) -> any Reader {
        let cable = TamperedCable(InProcessHost(twin, on: station), alter: { [unowned self] in alter($0, $1) })
        self.cable = cable
        do { return try driver.open(cable, name: "sim:bench", on: station) } catch {
            cable.close()
            throw error
        }
    }

    /// The program ends without a word, and its connection with it.
    func crash() { cable?.close() }

    /// Opens the reader, waits for the card, asks it once and closes everything.
    func askOnce(_ command: [UInt8]) throws(ReaderError) -> [UInt8] {
        let reader = try open()
        defer { reader.close() }
        try reader.waitForCard(on: station, until: soon)
        let channel = try reader.connect(slot: 0, until: soon)
        defer { channel.close() }
        return try channel.ask(command, until: soon)
    }
}

/// Random numbers that repeat.
func seeded(_ seed: UInt64) -> @Sendable (Int) -> [UInt8]? {
    { count in
        var generator = SeededGenerator(seed: seed)
        return generator.bytes(count)
    }
}

/// A card whose answer to every command tells how often it was asked, behind so many bytes.
func countingCard(_ count: Int = 40) -> ScriptedCard {
    ScriptedCard { _, number in [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: count) + hex("9000") }
}
