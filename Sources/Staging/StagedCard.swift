import Diagnosis
import SimulationKit

/// A card as somebody holds it: the chip in it, if there is one, and what the camera can make of its printed side.
///
/// ```swift
/// StagedCard(VirtualCard(holder: .hanako), face: .visualCode(Secret(Array(CardHolder.verificationNumberB.utf8))))
/// StagedCard(nil, face: .insuranceCard)
/// ```
public struct StagedCard {
    /// The chip (ICチップ); `nil` for a card without one.
    public let chip: (any SimulatedCard)?
    /// The printed side (券面).
    public let face: Face

    /// What the camera of a reader can make of the printed side of a card.
    public enum Face: Sendable {
        /// 照合番号B can be read: 14 ASCII digits, as on a My Number Card (個人番号カード).
        case visualCode(Secret)
        /// An old insurance card (健康保険証).
        case insuranceCard
        /// Nothing: dirty, scratched, upside down, or no card of either kind (読み取り失敗).
        case unreadable
    }

    /// A card.
    public init(_ chip: (any SimulatedCard)?, face: Face = .unreadable) {
        self.chip = chip
        self.face = face
    }
}
