import Diagnosis
import ReaderKit
import Station

/// Where a case is run: a reader, and somebody who does what is to be done at it. One bench serves one case.
///
/// It begins with the reader plugged in, no card, nothing shown, the person of the card standing before the camera, and no passcode issued.
public protocol ContractBench: AnyObject {
    /// The station on which the reader is used; new for every case, since a cancelled one stays so.
    var station: Station { get }
    /// The name that the reader has.
    var readerName: String { get }
    /// What the reader declares and what can be done here.
    var offers: Set<ContractNeed> { get }
    /// A photograph of the person before the camera, JPEG 2000.
    var photograph: [UInt8] { get }

    /// Opens the reader, by the same driver each time.
    func open() throws(ReaderError) -> any Reader

    /// Has something done, so long from now; it does not wait until then. Throws what makes that impossible.
    func perform(_ deed: BenchDeed, after delay: Duration) throws(BenchRefusal)

    /// Whether `code` is 照合番号B as it stands on the card; `nil` where the bench does not know.
    func isPrinted(_ code: Secret) -> Bool?
    /// Whether digits of a PIN have crossed the cable; `nil` where it cannot be seen.
    var hasSeenPIN: Bool? { get }
    /// How many transfers have crossed the cable; `nil` where it cannot be seen.
    var transfers: Int? { get }
    /// What the device says the host did wrong; empty where it cannot say.
    var complaints: [String] { get }
}

/// Why something cannot be done at a bench.
public struct BenchRefusal: Error, Sendable, CustomStringConvertible {
    /// Why.
    public let description: String

    /// A refusal.
    public init(_ description: String) { self.description = description }
}

/// What became of a case.
public enum ContractVerdict: Sendable, CustomStringConvertible {
    /// Everything was as expected.
    case passed
    /// Reader or bench lack this.
    case notApplicable(missing: Set<ContractNeed>)
    /// Something was not.
    case failed(ContractFailure)

    /// In one line.
    public var description: String {
        switch self {
        case .passed: "passed"
        case .notApplicable(let missing): "not applicable: no \(missing.map(\.description).sorted().joined(separator: ", "))"
        case .failed(let failure): "failed: \(failure)"
        }
    }
}

/// The first thing that was not as expected.
public struct ContractFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The step, counted from 1; one more than there are for what is looked at in the end.
    public internal(set) var step = 0
    /// What was expected.
    public let expected: String
    /// What came instead.
    public let got: String

    /// In one line.
    public var description: String { "step \(step): expected \(expected), got \(got)" }
}
