extension VirtualCard {
    /// VERIFY CERTIFICATE of a terminal (特定機関認証) `80 A2`: P1-P2 `06C1` the body of a card-verifiable certificate, `00C1` its signature.
    ///
    /// It needs an extended Lc for the 307 bytes of `7F21`'s header and `5F4E`, and then 260 or 261 bytes of signature; any other length is
    /// `6700`, other P1-P2 are `6A86` (measured by public open-source projects). What follows a certificate that the card trusts is not
    /// public, and the certificates are given to approved institutions only: this card trusts none, `6982`, and there is no signature
    /// without a PIN here.
    func verifyTerminalCertificate(_ command: CommandMessage, _ data: Span<UInt8>) throws(Refusal) -> Answer {
        let lengths: Set<Int>
        switch (command.p1, command.p2) {
        case (0x06, 0xC1): lengths = [307]
        case (0x00, 0xC1): lengths = [260, 261]
        default: throw Refusal(.wrongParameters, "P1-P2 of 80 A2 are neither 06C1 nor 00C1")
        }
        let application = try currentApplication(or: Refusal(.conditionsNotSatisfied, "no application is selected"))
        guard let position = session?.file, case .terminalAuthority = application.files[position].body else {
            throw Refusal(.conditionsNotSatisfied, "the current file is not the key of the terminals' authority")
        }
        guard lengths.contains(data.count) else { throw Refusal(.wrongLength) }
        throw Refusal(.securityStatusNotSatisfied)
    }
}
