import Commands
import Diagnosis
import SimulationKit
import SimulatorCatalog
import Station

/// `kazasu simulate times`: what virtual time is made of.
let simulateTimesCommand = Command(
    "times", Sentence(ja: "仮想時間のもとになる数値と出どころ", en: "List the figures that virtual time is made of, and where they are from"),
    discussion: Sentence(
        ja: """
            recorded は装置で記録した値、published は規格・メーカー・公開プロジェクトが示す値、assumed は本プログラムが置いた値です。
            人の動作の時間は --seed によります。
            """,
        en: """
            recorded: with the device; published: by a standard, a maker or an open project that measured it; assumed: chosen by us.
            How long people take follows from --seed.
            """),
    run: { invocation in
        let figures = SimulatorModel.timingFigures
        if invocation.json {
            try invocation.streams.output.writeLine(jsonLine(figures.map(TimingJSON.init)))
            return 0
        }
        let width = figures.map(\.name.count).max() ?? 0
        for figure in figures {
            let columns = [
                figure.name.padded(to: width), figure.quantity.text.padded(to: 16), figure.provenance.rawValue.padded(to: 9), figure.source,
            ]
            try invocation.streams.output.writeLine(columns.joined(separator: "  "))
        }
        return 0
    })

private struct TimingJSON: Encodable {
    let name: String
    let nanoseconds: Int64?
    let bitsPerSecond: Int64?
    let count: Int?
    let provenance: String
    let source: String

    init(_ figure: TimingFigure) {
        name = figure.name
        provenance = figure.provenance.rawValue
        source = figure.source
        nanoseconds = if case .duration(let duration) = figure.quantity { duration.wholeNanoseconds } else { nil }
        bitsPerSecond = if case .bitRate(let rate) = figure.quantity { rate } else { nil }
        count = if case .count(let count) = figure.quantity { count } else { nil }
    }
}

extension TimingFigure.Quantity {
    fileprivate var text: String {
        switch self {
        case .duration(let duration): "\(duration.milliseconds) ms"
        case .bitRate(let rate): "\(rate) bit/s"
        case .count(let count): "\(count)"
        }
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
