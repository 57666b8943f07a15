/// A method call.
public struct BusCall {
    /// Whose method it is, such as `org.bluez`.
    public let destination: String
    /// Of which object.
    public let path: String
    /// In which interface.
    public let interface: String
    /// The method.
    public let member: String
    /// Its arguments.
    public let arguments: [BusValue]
    /// Whether the memory of the message is wiped when it is gone.
    public let isSecret: Bool

    /// A call.
    public init(
        _ destination: String, _ path: String, _ interface: String, _ member: String, _ arguments: [BusValue] = [], isSecret: Bool = false
    ) {
        self.destination = destination
        self.path = path
        self.interface = interface
        self.member = member
        self.arguments = arguments
        self.isSecret = isSecret
    }
}
