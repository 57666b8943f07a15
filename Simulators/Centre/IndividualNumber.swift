import Centre

/// The 12-digit number of a person (個人番号), which no record may have in it (R047, N20). It is looked for to be refused, and never kept.
enum IndividualNumber {
    /// Whether a text has one in it: twelve digits, full- or half-width, in one run or in groups, whose check digit is right
    /// (行政手続における特定の個人を識別するための番号の利用等に関する法律の規定による通知カード及び個人番号カード並びに情報提供ネットワークシステムによる
    /// 特定個人情報の提供等に関する省令 第5条). That other twelve digits are let through is assumed: a patient's number at the facility may have as many.
    static func stands(in text: String) -> Bool {
        var run: [Int] = []
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x30...0x39: run.append(Int(scalar.value - 0x30))
            case 0xFF10...0xFF19: run.append(Int(scalar.value - 0xFF10))
            // Space and hyphen, by which the number is printed in groups of four.
            case 0x20, 0x2D, 0x3000, 0x2010, 0x2212, 0xFF0D: break
            default:
                if isIndividualNumber(run) { return true }
                run = []
            }
        }
        return isIndividualNumber(run)
    }

    private static func isIndividualNumber(_ digits: [Int]) -> Bool {
        guard digits.count == 12, let check = digits.last else { return false }
        let weights = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]
        let rest = zip(digits, weights).reduce(0) { $0 + $1.0 * $1.1 } % 11
        return check == (rest <= 1 ? 0 : 11 - rest)
    }
}

extension CentreCore {
    /// Throws where somebody has typed an individual number into a text.
    func checkTexts(of request: CentreRequest) throws(CentreError) {
        if request.texts.contains(where: IndividualNumber.stands) { throw CentreError(.individualNumber) }
    }
}

extension CentreRequest {
    /// What somebody types freely, or off a card. Passwords and passcodes are not looked at.
    fileprivate var texts: [String] {
        switch self {
        case .insuredCard(let query), .disaster(.searchByCard(let query)): query.texts
        case .bulk(.upload(let queries)): queries.flatMap(\.texts)
        case .reference(let registration): [registration.number]
        case .account(.create(let account)): [account.user, account.name, account.kana]
        case .app(.issueCode(let memo)): [memo]
        case .app(.registerDevice(let name, _)): [name]
        case .systemFailure(.step(.call(let institution, let name, let contact))): [institution, name, contact]
        case .systemFailure(.search(let search)): [search.name, search.kana, search.address, search.insurer].compactMap { $0 }
        case .disaster(.searchByPerson(let name, _, _, let address)): [name, address]
        default: []
        }
    }
}

extension InsuredCardQuery {
    fileprivate var texts: [String] { [insurerNumber, symbol, number, branch].compactMap { $0 } }
}

extension SyntheticPerson {
    /// Whether an individual number stands anywhere in the person's record.
    var hasIndividualNumber: Bool {
        let texts = [name, kana, postalCode, address].compactMap { $0 } + telephones
        let held = qualifications.flatMap { [$0.insurerNumber, $0.insurerName, $0.symbol, $0.number, $0.branch].compactMap { $0 } }
        return (texts + held).contains(where: IndividualNumber.stands)
    }
}
