import Diagnosis

/// An action as it is written in an option or typed at a terminal: `remove`, `choose face`, `stand mask`.
///
/// No secret and no card is in it; whoever acts brings them.
public enum StagedWord: Sendable, Hashable {
    /// `place`.
    case place
    /// `place-plain`: a card without a chip.
    case placePlain
    /// `remove`.
    case remove
    /// `swap`: for the same card, which has lost its power.
    case swap
    /// `stand VIEW`.
    case stand(CameraView)
    /// `walk-away`.
    case walkAway
    /// `choose BUTTON`, and `end` for short.
    case choose(StagedButton)
    /// `type-pin`: the right one.
    case typePIN
    /// `type-wrong-pin`.
    case typeWrongPIN
    /// `touch`.
    case touch
    /// `staff-button`.
    case pressStaffButton
    /// `type-passcode`: the right one.
    case typePasscode
    /// `type-wrong-passcode`.
    case typeWrongPasscode
    /// `unplug`.
    case unplug
    /// `plug`.
    case plug
    /// `power-dip`.
    case powerDip
    /// `firmware VERSION`, with `-` and the letters of what it has: `b` 職員用ボタン, `v` visual check.
    case install(StagedFirmware)
    /// `nothing`: what would be done here is not.
    case nothing

    /// The action that a text means; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        let words = text.split(separator: " ")
        switch (words.first, words.dropFirst().first, words.count) {
        case (let name?, nil, 1):
            guard let found = Self.plain.first(where: { $0.name == name }) else { return nil }
            self = found.word
        case ("choose", let button?, 2):
            guard let button = StagedButton(rawValue: String(button)) else { return nil }
            self = .choose(button)
        case ("stand", let view?, 2):
            guard let view = CameraView(rawValue: String(view)) else { return nil }
            self = .stand(view)
        case ("firmware", let firmware?, 2):
            guard let firmware = StagedFirmware(text: firmware) else { return nil }
            self = .install(firmware)
        default: return nil
        }
    }

    /// Whether it takes a screen, a camera or a tray for what lies there: a bare card reader has no part for it.
    public var needsTerminal: Bool {
        switch self {
        case .place, .remove, .swap, .unplug, .plug, .powerDip, .install, .nothing: false
        case .placePlain, .stand, .walkAway, .choose, .typePIN, .typeWrongPIN, .touch, .pressStaffButton, .typePasscode, .typeWrongPasscode:
            true
        }
    }

    /// Whether the patient's card is placed or taken away by it.
    public var movesCard: Bool { self == .place || self == .remove || self == .swap }

    /// What happens, with the things of `cast`; `nil` for nothing.
    public func action(by cast: StagedCast) -> StagedAction? {
        switch self {
        case .place: .place(cast.card)
        case .placePlain: .place(StagedCard(nil, face: .insuranceCard))
        case .remove: .remove
        case .swap: .swap(cast.card)
        case .stand(let view): .stand(view)
        case .walkAway: .walkAway
        case .choose(let button): .choose(button)
        case .typePIN: .typePIN(cast.pin)
        case .typeWrongPIN: .typePIN(cast.pin.other)
        case .touch: .touch
        case .pressStaffButton: .pressStaffButton
        case .typePasscode: .typePasscode(cast.passcode)
        case .typeWrongPasscode: .typePasscode(cast.passcode.other)
        case .unplug: .unplug
        case .plug: .plug
        case .powerDip: .powerDip
        case .install(let firmware): .install(firmware)
        case .nothing: nil
        }
    }
}

/// The card that is placed, and the digits that its holder and the staff know.
public struct StagedCast {
    /// The patient's card.
    public var card: StagedCard
    /// The patient's PIN (暗証番号), ASCII digits.
    public var pin: Secret
    /// The staff's passcode (パスコード), ASCII digits.
    public var passcode: Secret

    /// A cast.
    public init(card: StagedCard, pin: Secret, passcode: Secret) {
        self.card = card
        self.pin = pin
        self.passcode = passcode
    }
}

extension StagedFirmware {
    /// `2.1.0-bv`: `b` 職員用ボタン, `v` the visual check.
    fileprivate init?(text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let features = parts.dropFirst().first ?? ""
        guard parts.count <= 2, numbers.count == 3, numbers.allSatisfy({ UInt8($0) != nil }), features.allSatisfy({ "bv".contains($0) })
        else { return nil }
        self.init(version: String(parts[0]), hasStaffButton: features.contains("b"), hasVisualCheck: features.contains("v"))
    }
}

extension Secret {
    /// As many digits of which the first is another one.
    fileprivate var other: Secret {
        withBytes { bytes in
            Secret(bytes.indices.map { $0 == 0 ? (bytes[$0] == 0x39 ? 0x30 : bytes[$0] &+ 1) : bytes[$0] })
        }
    }
}
