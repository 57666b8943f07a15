extension ContractCase {
    /// Every case, by area; a report keeps this order.
    public static let all =
        identity + presence + connecting + transmitting + closing + screens + choices + screenLives + pins + faces + cardFaces + staff
        + cables + interruptions + escapes
}
