import Station

/// What changes among the devices that could be opened.
public enum AttachmentChange: Sendable, Hashable {
    /// A device has come.
    case arrived(AttachmentDescription)
    /// A device is gone, with the card in it.
    case left(AttachmentDescription)
    /// A card was inserted, or was there when the device came.
    case cardInserted(AttachmentDescription)
    /// A card was removed.
    case cardRemoved(AttachmentDescription)
    /// The service in front of the devices cannot be asked, and why; its devices leave next. It is asked again by itself.
    case serviceLost(TransportError)
    /// The service answers again; its devices arrive next.
    case serviceBack
}

/// A watch of the devices that could be opened.
public protocol AttachmentWatch: AnyObject {
    /// The source of its events.
    var source: SourceID { get }

    /// Ends it. What has been posted before may still arrive.
    func stop()
}
