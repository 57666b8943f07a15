import Centre

/// The device on which an app or the web reception runs.
public struct ReceptionDevice: Sendable, Hashable {
    /// Whose it is.
    public enum Owner: Sendable, Hashable, CaseIterable {
        /// 医療機関等の端末
        case facility
        /// 患者の端末
        case patient
    }

    /// What it is.
    public var kind: DeviceKind
    /// Whose it is.
    public var owner: Owner
    /// Whether it reads cards: by itself, or with a reader by cable or Bluetooth.
    public var readsCards: Bool

    /// A device.
    public init(_ kind: DeviceKind, owner: Owner = .facility, readsCards: Bool = true) {
        self.kind = kind
        self.owner = owner
        self.readsCards = readsCards
    }
}

/// On which devices a flow runs, as data.
public struct DeviceRules: Sendable, Equatable {
    /// The kinds that are supported.
    public var kinds: Set<DeviceKind>
    /// Whose device it may be.
    public var owners: Set<ReceptionDevice.Owner>

    /// Rules.
    public init(kinds: Set<DeviceKind>, owners: Set<ReceptionDevice.Owner>) {
        self.kinds = kinds
        self.owners = owners
    }

    /// Kinds that read no card by themselves and need a generic reader (R038); phones and some tablets read without one.
    public static let needReader: Set<DeviceKind> = [.windows, .ipad]

    /// 資格確認限定型: PC, phone and tablet of the facility (R036, R037).
    public static let limited = DeviceRules(kinds: [.windows, .android, .iphone, .ipad], owners: [.facility])
    /// 居宅同意取得型: the same, iPads among them (R171, R173).
    public static let homeConsent = limited
    /// マイナ在宅受付Web: no iPad; the facility's device or the patient's (R171, R173).
    public static let web = DeviceRules(kinds: [.windows, .android, .iphone], owners: [.facility, .patient])

    /// Why a flow does not run there; `nil` where it does.
    public func refusal(of device: ReceptionDevice) -> ReceptionRefusal? {
        guard kinds.contains(device.kind) else { return .deviceNotSupported }
        guard owners.contains(device.owner) else { return .notFacilityDevice }
        return device.readsCards ? nil : .readerMissing
    }
}
