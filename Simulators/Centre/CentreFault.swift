import Centre
import MedicalAccess

/// Something that goes wrong at the centre, on command: always at the same request or moment.
public struct CentreFault: Sendable, Equatable {
    /// What goes wrong.
    public enum Kind: Sendable, Equatable {
        /// The answer comes so much later.
        case slow(Duration)
        /// Nothing is done and no answer comes.
        case down
        /// It is done, but its answer is lost.
        case lost
        /// The answer is one to another question.
        case wrong
        /// Fields of the answer are missing: a person is insured by nothing.
        case half
    }

    /// When.
    public enum Moment: Sendable, Equatable {
        /// At one request, the first being 1.
        case request(Int)
        /// From this Unix time on, in seconds.
        case from(Int64)
    }

    /// What goes wrong.
    public let kind: Kind
    /// When.
    public let moment: Moment

    /// A fault.
    public init(_ kind: Kind, at moment: Moment) {
        self.kind = kind
        self.moment = moment
    }

    func applies(toRequest number: Int, at now: Int64) -> Bool {
        switch moment {
        case .request(let wanted): wanted == number
        case .from(let time): now >= time
        }
    }
}

extension CentreAnswer {
    /// An answer to another question.
    var another: CentreAnswer {
        if case .done = self { return .consents([]) }
        return .done
    }

    /// The same answer without what the asker needs of it.
    var half: CentreAnswer {
        switch self {
        case .eligibility(let answer): .eligibility(answer.half)
        case .obtained(let answers): .obtained(Array(answers.dropLast()))
        case .bulk(.finished(let answers)): .bulk(.finished(Array(answers.dropLast())))
        case .consents(let patients): .consents(patients.map { ConsentedPatient($0.patient, [:]) })
        case .systemFailure(.one(let answer)): .systemFailure(.one(answer.half))
        case .systemFailure(.several(let answers)): .systemFailure(.several(answers.map(\.half)))
        case .disaster(.found(let answers)): .disaster(.found(answers.map(\.half)))
        default: self
        }
    }
}

extension EligibilityAnswer {
    /// As valid as it was, by nothing.
    fileprivate var half: EligibilityAnswer { EligibilityAnswer(validity: validity, qualification: nil, person: nil) }
}
