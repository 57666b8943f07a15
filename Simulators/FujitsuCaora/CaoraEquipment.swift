/// What a device that speaks this protocol has beside card reader and staff button (element `13` of the answer to HELLO).
public struct CaoraEquipment: OptionSet, Sendable, Hashable {
    /// The bits, as on the wire.
    public let rawValue: UInt8

    /// A set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A screen that the patient sees.
    public static let screen = CaoraEquipment(rawValue: 0x01)
    /// A camera that reads cards and compares faces.
    public static let camera = CaoraEquipment(rawValue: 0x02)
    /// A place for the facility's name.
    public static let facilityName = CaoraEquipment(rawValue: 0x04)
    /// The maker's own commands, by `PC_to_RDR_Escape`.
    public static let escapes = CaoraEquipment(rawValue: 0x08)

    /// What a Caora has; it does not say so.
    public static let caora: CaoraEquipment = [.screen, .camera, .facilityName]

    /// What a command is about; `nil` for one that every device takes.
    init?(neededBy command: Command) {
        switch command {
        case .show: self = .screen
        case .readFace, .match: self = .camera
        case .facility: self = .facilityName
        case .hello, .withdraw, .staff, .restart: return nil
        }
    }
}
