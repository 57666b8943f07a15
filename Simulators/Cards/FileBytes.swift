/// The bytes of a file, computed when they are first read: signatures cost time, and few visits read every file.
final class FileBytes {
    private(set) lazy var bytes: [UInt8] = make()
    private let make: () -> [UInt8]

    init(_ make: @escaping () -> [UInt8]) { self.make = make }
}

/// Makes the files of one card from its holder's data.
struct FileStore {
    let contents: CardContents
    /// How many bytes of filler follow a certificate.
    let filler: Int

    /// The bytes of a file with its filler; `nil` where the card does not have what is in it.
    func file(_ content: FileContent) -> FileBytes? {
        switch content {
        case .bytes(let bytes): FileBytes { bytes }
        case .certificate(let use): certificate(contents.identity(use)?.certificate)
        case .authority(let use): certificate(contents.identity(use)?.authority)
        case .certificatePresence: presence
        case .cardVerifiable(let issuer): FileBytes { SyntheticPKI.cardVerifiableCertificate(issuer) }
        case .cardVerifiableContents(let issuer): FileBytes { Array(SyntheticPKI.cardVerifiableCertificate(issuer).dropFirst(5)) }
        case .record(let record, let filler): contents.personal.map { self.record(record, of: $0, filler: filler) }
        }
    }

    private func certificate(_ der: [UInt8]?) -> FileBytes? {
        der.map { der in FileBytes { der + repeatElement(0xFF, count: max(0, filler)) } }
    }

    /// `8F 8F 00` was seen where both certificates are there; that a missing one is `00` in the first or second byte is assumed.
    private var presence: FileBytes {
        let signature: UInt8 = contents.signature == nil ? 0x00 : 0x8F
        let authentication: UInt8 = contents.authentication == nil ? 0x00 : 0x8F
        return FileBytes { [signature, authentication, 0x00] }
    }

    private func record(_ record: CardRecord, of personal: CardContents.Personal, filler: Int) -> FileBytes {
        FileBytes { personal.bytes(of: record) + repeatElement(0xFF, count: max(0, filler)) }
    }
}
