/// Whose credentials online verification covers, by the scheme (法別番号): the first two digits of a number of eight (R052).
///
/// Numbers of six digits are municipal insurance (国民健康保険), which has no scheme number. Public expense (公費負担医療) and what municipalities
/// pay on their own (地方単独事業) have other scheme numbers and were not covered at the start; medical aid (医療扶助) is since 2024-03.
public struct InsuranceSchemes: Sendable, Equatable {
    /// The scheme numbers that are covered.
    public var numbers: Set<Int>
    /// Whether municipal insurance is covered.
    public var coversMunicipal: Bool

    /// Schemes.
    public init(numbers: Set<Int>, coversMunicipal: Bool = true) {
        self.numbers = numbers
        self.coversMunicipal = coversMunicipal
    }

    /// The insurers (保険者番号等設定要領): 協会けんぽ 01, 船員 02, 日雇 03 and 04, 組合 06, 自衛官 07, 共済 31 to 34, 後期高齢者 39, 特例退職 63 and 72 to
    /// 75, 退職者 67; and 医療扶助 12.
    public static let standard = InsuranceSchemes(numbers: [1, 2, 3, 4, 6, 7, 12, 31, 32, 33, 34, 39, 63, 67, 72, 73, 74, 75])

    /// Whether a number is that of a scheme that is covered. What is no such number at all is for the search to miss, not for this.
    func covers(_ insurerNumber: String) -> Bool {
        let digits = insurerNumber.filter { $0 != " " }
        if digits.count == 6 { return coversMunicipal }
        guard digits.count == 8, let scheme = Int(digits.prefix(2)) else { return true }
        return numbers.contains(scheme)
    }
}
