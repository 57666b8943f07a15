import Cards
import Scenarios
import SimulatorCatalog

extension Vocabulary {
    /// Every reader and card that can be simulated here.
    public static let standard = Vocabulary(
        readers: SimulatorModel.all.map(\.name), cards: CardKind.all.map(\.name), holders: SyntheticHolder.all.map(\.name))
}
