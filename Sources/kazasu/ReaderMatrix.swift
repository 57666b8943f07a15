import Commands
import Diagnosis
import DriverCatalog
import GenericCCID
import ReaderClaims
import ReaderTransport
import SimulatorCatalog

/// What is claimed of every reader, from the catalogs of simulators and drivers.
enum ReaderMatrix {
    /// The table in README.md (Markdown).
    static var markdown: String {
        let simulated = SimulatorModel.all.map { row("sim:\($0.name)", $0.capabilities, $0.claims) }
        let others = ReaderWay.all.map { row($0.name, $0.capabilities, $0.claims) }
        let head = ["| reader | capabilities | identity | evidence reached | provenance |", "|---|---|---|---|---|"]
        return (head + simulated + others).joined(separator: "\n")
    }

    private static func row(_ name: String, _ capabilities: String, _ claims: ModelClaims) -> String {
        let identity = claims.identity.map { $0 == .pin ? "PIN" : $0.rawValue }.joined(separator: ", ")
        let evidence = claims.evidence.map(\.words).joined(separator: "; ")
        return "| `\(name)` | \(capabilities) | \(identity) | \(evidence) | \(claims.provenance.rawValue): \(claims.source) |"
    }

    /// What is claimed of a reader that can be opened: of the model whose driver it gets, else of the way to it.
    static func claims(of reader: AttachmentDescription, scheme: String, _ profiles: [ReaderProfile] = []) -> ModelClaims? {
        let models = SimulatorModel.all + profiles.compactMap { SimulatorModel($0) }
        if scheme == "sim" { return models.first { $0.name == reader.name }?.claims }
        if let name = DriverCatalog(profiles: profiles).model(of: reader) { return SimulatorModel.named(name)?.claims }
        return ReaderWay.all.first { $0.scheme == scheme }?.claims
    }
}

/// `kazasu matrix`: the table of readers in README.md, for whoever adds one.
let matrixCommand = Command(
    "matrix", Sentence(ja: "README.md のリーダー一覧表を出力する", en: "Print the table of readers in README.md"), isHidden: true
) { invocation in
    try invocation.streams.output.writeLine(ReaderMatrix.markdown)
    return 0
}
