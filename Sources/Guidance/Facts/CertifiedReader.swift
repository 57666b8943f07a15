/// A reader with face authentication that a facility can choose (R017–R021); the list is of 2022-07-10.
public struct CertifiedReader: Sendable, Hashable {
    /// The maker.
    public let maker: String
    /// The product.
    public let product: String
    /// The part number; the EXC-9000 has none beside its name.
    public let partNumber: String
    /// What the model is called in a reader's selector.
    public let model: String

    /// All five (R022).
    public static let all = [
        CertifiedReader(maker: "富士通Japan株式会社", product: "Caora", partNumber: "PD-CA01", model: "fujitsu-caora"),
        CertifiedReader(
            maker: "パナソニック コネクト株式会社", product: "顔認証付きカードリーダー", partNumber: "XC-STFR2JMN", model: "panasonic-xcstfr2"),
        CertifiedReader(maker: "株式会社アルメックス", product: "Sma-paマイナタッチ", partNumber: "CPS-100W", model: "almex-cps100w"),
        CertifiedReader(
            maker: "キヤノンマーケティングジャパン株式会社", product: "Hi-CARA", partNumber: "UFT-S190S(NU)", model: "canon-hicara"),
        CertifiedReader(maker: "アトラス情報サービス株式会社", product: "EXC-9000", partNumber: "EXC-9000", model: "atlas-exc9000"),
    ]

    /// The reader of a maker, product or part number, written as here; `nil` where there is none.
    public static func named(_ name: String) -> CertifiedReader? {
        all.first { [$0.maker, $0.product, $0.partNumber].contains(name) }
    }
}
