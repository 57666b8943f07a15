import CCID
import CCIDOverGATT
import Diagnosis
import ReaderKit
import ReaderTransport
import Station

/// The driver of ACS' ACR1255U-J1 by Bluetooth, also sold as CIR415A by AB Circle, which calls itself ACR1255U-J1 too (H).
public struct ACR1255UDriver: ReaderDriver {
    /// The service by which it is known, and its characteristics (H: three implementations), and what it calls itself (H: two of them look for
    /// nothing else).
    public static let profiles: [GATTProfile] = {
        let end = "-4783-3de5-a983-d348718ef133"
        guard let service = GATTUUID("3c4afff0" + end), let write = GATTUUID("3c4afff1" + end), let notify = GATTUUID("3c4afff2" + end)
        else {
            return []
        }
        return [GATTProfile(service: service, write: write, notify: notify, nameStart: "ACR1255U-J1")]
    }()

    /// How many bytes a master key has.
    public static let keyCount = 16
    /// The Customer Master Key as the maker sets it, published: the characters "ACR1255U-J1 Auth" (H). Whoever knows it can listen; a site
    /// should set one of its own.
    public static let factoryKey = Secret(Array("ACR1255U-J1 Auth".utf8))

    /// That it takes APDUs of any length (H: `dwFeatures` 00040040 at USB). Messages of CCID are cut on their way.
    static let descriptor = CCIDWords.descriptor(
        protocols: 2, features: 0x0004_0040, messageLength: UInt32(ClassDescriptor.longestMessage))

    /// How often it is asked whether a card is there while somebody waits for that. What its notices say is not relied on: the editions of
    /// the manual contradict each other (clause 5.6.5), and the answer to a question is the same in all of them (clause 5.6.3).
    static let interval = Duration.seconds(1)

    private let masterKey: Secret
    private let random: @Sendable (Int) -> [UInt8]?

    /// The driver of readers with this master key of 16 bytes. `random` makes as many bytes as it is told; only where a run has to be the same
    /// every time it is another than the system's.
    public init(
        masterKey: Secret = factoryKey, random: @escaping @Sendable (Int) -> [UInt8]? = { UnforetellableBytes.make($0) }
    ) {
        self.masterKey = masterKey
        self.random = random
    }

    /// An `ACR1255UReader`, authenticated, that looks for cards by itself. Throws `.readerUnusable` without a GATT lane, with a key of another
    /// length, and where the reader has another key.
    public func open(_ attachment: any Attachment, name: String, on station: Station) throws(ReaderError) -> any Reader {
        guard let lane = attachment.lanes.first(where: { $0.kind == .gatt }) else {
            throw ReaderError(.readerUnusable, cause: "\(name) has no GATT lane")
        }
        guard masterKey.count == Self.keyCount else {
            throw ReaderError(.readerUnusable, cause: "the reader's key has \(masterKey.count) bytes; it has \(Self.keyCount)")
        }
        let master = SessionCipher(key: masterKey.withBytes { $0.withUnsafeBufferPointer { Array($0) } })
        let line = GATTLine(lane, of: attachment, on: station)
        do {
            let session = try Authentication(line, master: master, random: random, on: station).run()
            let ccid = CCIDOverGATT(line, of: attachment, by: SealedMessages(session), descriptor: Self.descriptor, on: station)
            return try ACR1255UReader(try CCIDReader(ccid, name: name, asksEvery: Self.interval, on: station), on: station)
        } catch {
            line.stop()
            throw error
        }
    }
}
