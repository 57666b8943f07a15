import FaceReaderKit

/// What the device says when a session is opened (PROTOCOL.md, "Frames", assumed).
struct Opening {
    private static let fixedCount = 9

    /// Whether nothing has been sent in this session before.
    let isNew: Bool
    let cardCredit: UInt8
    let controlCredit: UInt8
    let features: FaceFeatures

    /// The payload of OPENED; `nil` where it is too short.
    init?(_ payload: ArraySlice<UInt8>) {
        let bytes = Array(payload)
        guard bytes.count >= Self.fixedCount else { return nil }
        isNew = bytes[..<4].allSatisfy { $0 == 0 }
        (cardCredit, controlCredit) = (bytes[4], bytes[5])
        let serialNumber = bytes[Self.fixedCount...]
        features = FaceFeatures(
            firmware: FirmwareVersion(major: bytes[6], minor: bytes[7]),
            serialNumber: serialNumber.allSatisfy { (0x20...0x7E).contains($0) } ? String(decoding: serialNumber, as: UTF8.self) : "")
    }
}

/// The version of the program in a device, as far as anything depends on it.
struct FirmwareVersion: Comparable {
    let major: UInt8
    let minor: UInt8

    static func < (left: FirmwareVersion, right: FirmwareVersion) -> Bool { (left.major, left.minor) < (right.major, right.minor) }
}

extension FaceFeatures {
    // From which version on (PROTOCOL.md, "What the reader can do", assumed).
    private static let staffButtonSince = FirmwareVersion(major: 3, minor: 0)
    private static let visualCheckSince = FirmwareVersion(major: 2, minor: 0)

    /// What a device with this program can do: it does not say so itself.
    fileprivate init(firmware: FirmwareVersion, serialNumber: String) {
        self.init(
            hasStaffButton: firmware >= Self.staffButtonSince, hasVisualCheck: firmware >= Self.visualCheckSince,
            serialNumber: serialNumber)
    }
}
