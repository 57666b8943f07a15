import Testing

@testable import Eligibility

/// A kind of reader or of day, for tests of the visit as a function.
enum VisitKind: CaseIterable {
    case slotsOnly, certified, withoutKeypad, atTerminal, before2024

    /// A visit that has not begun.
    func start(allowsLastTry: Bool) -> VisitState {
        var policy = VisitPolicy()
        if self == .before2024 { policy.consent = .withLimitScreen }
        var state = VisitState(allowsLastTry: allowsLastTry, equipment: equipment, policy: policy)
        // More of the same is no other state.
        (state.chances, state.reminders, state.passcodeTries) = (1, 1, 2)
        return state
    }

    private var equipment: VisitEquipment {
        var equipment = VisitEquipment()
        guard self != .slotsOnly else { return equipment }
        equipment.hasScreen = true
        equipment.hasCamera = true
        equipment.hasKeypad = self != .withoutKeypad
        // The old way needs no button at the reader.
        equipment.hasVisualCheck = self != .atTerminal
        return equipment
    }

    func inputs() throws -> [NamedInput] {
        let usual = try NamedInput.usual()
        switch self {
        case .slotsOnly, .withoutKeypad: return usual
        case .certified: return usual + NamedInput.ofTheCentre()
        case .atTerminal: return usual + NamedInput.ofTheTerminal
        case .before2024: return try usual + NamedInput.inGrace()
        }
    }

    /// How many phases a visit can come to there.
    var phases: Int {
        switch self {
        case .slotsOnly: 9
        case .certified: 27
        case .withoutKeypad: 24
        case .atTerminal: 22
        case .before2024: 25
        }
    }
}
