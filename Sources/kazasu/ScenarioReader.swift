import Commands
import Diagnosis
import ReaderKit
import ReaderTransport
import Scenarios
import SimulatorCatalog

/// A reader at which scenarios are played.
enum ScenarioReader: Sendable {
    /// A twin of this model.
    case simulated(SimulatorModel)
    /// One that is there.
    case real(ReaderSelector)

    /// Those that were asked for, simulated ones once; none where nobody asked.
    static func all(of invocation: Invocation) throws -> [ScenarioReader] {
        var readers: [ScenarioReader] = []
        for text in invocation[RunOptions.readers] {
            let selector = try ReaderSelector(text)
            guard selector.scheme == "sim" else {
                readers.append(.real(selector))
                continue
            }
            let models = SimulatorModel.meant(by: selector)
            guard !models.isEmpty else {
                throw invocation.misuse(
                    Sentence(
                        ja: "その模擬カードリーダーはありません。一覧は kazasu readers で見られます。",
                        en: "There is no such simulated reader; 'kazasu readers' lists them."))
            }
            for model in models where !readers.contains(where: { $0.name == "sim:\(model.name)" }) { readers.append(.simulated(model)) }
        }
        return readers
    }

    /// The first model that a scenario is about, else one that has what it needs.
    static func usual(for scenario: Scenario) -> [ScenarioReader] {
        let name = scenario.readers.first ?? (scenario.needs.isEmpty ? "card" : "fujitsu-caora")
        return SimulatorModel.all.filter { $0.name == name }.map { .simulated($0) }
    }

    var isReal: Bool { if case .real = self { true } else { false } }

    /// How it is named.
    var name: String {
        switch self {
        case .simulated(let model): "sim:\(model.name)"
        case .real(let selector): selector.description
        }
    }

    /// The same as part of a file's name.
    var fileName: String {
        switch self {
        case .simulated(let model): model.name
        case .real(let selector): String(selector.description.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        }
    }
}

extension SimulatorModel {
    /// Every one that a selector means.
    static func meant(by selector: ReaderSelector) -> [SimulatorModel] {
        guard selector.scheme == "sim", selector.slot == nil else { return [] }
        return all.filter { model in
            let description = AttachmentDescription(name: model.name, product: model.product, usb: model.usb)
            return (try? selector.choose(among: [description])) != nil
        }
    }
}
