/// What is claimed of a reader model: how a person is identified at it, how far it was seen to work, and where what is known of it is from.
public struct ModelClaims: Sendable, Hashable {
    /// How a person can be identified at it.
    public let identity: [IdentityWay]
    /// What was seen to work, weakest first.
    public let evidence: [Evidence]
    /// Where what is known of it is from.
    public let provenance: Provenance
    /// The source in one line, in English: a document, or what was assumed in the place of one.
    public let source: String

    /// Claims; what is not said is the least that every model in the catalogs has.
    public init(
        identity: [IdentityWay] = [.pin], evidence: [Evidence] = [Evidence(.together)], provenance: Provenance = .assumed,
        source: String = "PROTOCOL.md beside the driver; the maker publishes none"
    ) {
        self.identity = identity
        self.evidence = evidence.sorted { $0.rung < $1.rung }
        self.provenance = provenance
        self.source = source
    }
}

/// A way to identify a person (本人確認).
public enum IdentityWay: String, Sendable, Hashable, CaseIterable, Encodable {
    /// 顔認証: the reader's camera.
    case face
    /// 暗証番号.
    case pin
    /// 目視確認: by the staff.
    case visual
}

/// How far it is shown that a model works: each rung says more than the one below.
public enum EvidenceRung: String, Sendable, Hashable, CaseIterable, Comparable, Encodable {
    /// Driver and simulator of this project, two readings of one document, understand each other.
    case together
    /// Software that others wrote for such readers uses it.
    case stockSoftware = "stock-software"
    /// The driver uses a simulator that shares nothing with this project.
    case independentSimulator = "independent-simulator"
    /// A device was used.
    case hardware

    /// By how much they show.
    public static func < (left: EvidenceRung, right: EvidenceRung) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }

    /// The rung in words.
    public var words: String {
        switch self {
        case .together: "driver and simulator together"
        case .stockSoftware: "stock software"
        case .independentSimulator: "independent simulator"
        case .hardware: "hardware"
        }
    }
}

/// A rung that was reached, and by what.
public struct Evidence: Sendable, Hashable, Encodable {
    /// The rung.
    public let rung: EvidenceRung
    /// What was seen, in a few English words; empty where the rung says all.
    public let by: String

    /// Evidence.
    public init(_ rung: EvidenceRung, _ by: String = "") {
        self.rung = rung
        self.by = by
    }

    /// The rung and what was seen.
    public var words: String { by.isEmpty ? rung.words : "\(rung.words) (\(by))" }
}

/// Where what is known of a model is from.
public enum Provenance: String, Sendable, Hashable, CaseIterable, Encodable {
    /// Seen at a device.
    case recorded
    /// Written in a document that anybody can read.
    case published
    /// Neither: what such a reader would do.
    case assumed
}
