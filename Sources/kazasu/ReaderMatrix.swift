import Commands
import Diagnosis
import DriverCatalog
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

    /// What is claimed of a reader that can be opened.
    static func claims(of reader: AttachmentDescription, scheme: String) -> ModelClaims? {
        if scheme == "sim" { return SimulatorModel.named(reader.name)?.claims }
        // Numbers of a model with a screen are its own; plain readers announce those of other makers.
        if let usb = reader.usb, let model = SimulatorModel.all.first(where: { $0.hasTerminal && $0.usb == usb }) { return model.claims }
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
