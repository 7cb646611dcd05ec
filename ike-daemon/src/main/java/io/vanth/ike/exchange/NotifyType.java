package io.vanth.ike.exchange;

import io.vanth.ike.certificate.Verdict;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/// Notify message types (RFC 2408 section 3.14.1, RFC 2407 section 4.6.3, RFC 3706).
public enum NotifyType {
    INVALID_PAYLOAD_TYPE(1),
    DOI_NOT_SUPPORTED(2),
    SITUATION_NOT_SUPPORTED(3),
    INVALID_COOKIE(4),
    INVALID_MAJOR_VERSION(5),
    INVALID_MINOR_VERSION(6),
    INVALID_EXCHANGE_TYPE(7),
    INVALID_FLAGS(8),
    INVALID_MESSAGE_ID(9),
    INVALID_PROTOCOL_ID(10),
    INVALID_SPI(11),
    INVALID_TRANSFORM_ID(12),
    ATTRIBUTES_NOT_SUPPORTED(13),
    NO_PROPOSAL_CHOSEN(14),
    BAD_PROPOSAL_SYNTAX(15),
    PAYLOAD_MALFORMED(16),
    INVALID_KEY_INFORMATION(17),
    INVALID_ID_INFORMATION(18),
    INVALID_CERT_ENCODING(19),
    INVALID_CERTIFICATE(20),
    CERT_TYPE_UNSUPPORTED(21),
    INVALID_CERT_AUTHORITY(22),
    INVALID_HASH_INFORMATION(23),
    AUTHENTICATION_FAILED(24),
    INVALID_SIGNATURE(25),
    ADDRESS_NOTIFICATION(26),
    NOTIFY_SA_LIFETIME(27),
    CERTIFICATE_UNAVAILABLE(28),
    UNSUPPORTED_EXCHANGE_TYPE(29),
    UNEQUAL_PAYLOAD_LENGTHS(30),
    CONNECTED(16384),
    RESPONDER_LIFETIME(24576),
    REPLAY_STATUS(24577),
    INITIAL_CONTACT(24578),
    R_U_THERE(36136),
    R_U_THERE_ACK(36137);

    private static final int FIRST_STATUS = 16384;

    private final int code;

    NotifyType(int code) {
        this.code = code;
    }

    /// The number in the payload.
    public int code() {
        return code;
    }

    /// The name as the RFCs write it, of any code.
    public static String nameOf(int code) {
        return Arrays.stream(values()).filter(type -> type.code == code).findFirst()
                .map(type -> type.name().replace('_', '-')).orElse("notify " + code);
    }

    /// Whether a code reports an error.
    public static boolean isError(int code) {
        return code < FIRST_STATUS;
    }

    /// Whether a code refuses who the other side is, rather than what it asks for.
    public static boolean refusesProof(int code) {
        return Stream.of(INVALID_CERT_ENCODING, INVALID_CERTIFICATE, CERT_TYPE_UNSUPPORTED, INVALID_CERT_AUTHORITY,
                AUTHENTICATION_FAILED, INVALID_SIGNATURE, CERTIFICATE_UNAVAILABLE).anyMatch(each -> each.code == code);
    }

    /// The notify that tells a peer of a failure, where there is one.
    public static Optional<Integer> of(Failure failure) {
        return switch (failure) {
            case Failure.NoProposalChosen _ -> Optional.of(NO_PROPOSAL_CHOSEN.code);
            case Failure.SelectionNotOffered _ -> Optional.of(NO_PROPOSAL_CHOSEN.code);
            case Failure.PreSharedKeyMismatch _ -> Optional.of(PAYLOAD_MALFORMED.code);
            case Failure.HashMismatch _ -> Optional.of(INVALID_HASH_INFORMATION.code);
            case Failure.IdentityMismatch _ -> Optional.of(INVALID_ID_INFORMATION.code);
            case Failure.SelectorMismatch _ -> Optional.of(INVALID_ID_INFORMATION.code);
            case Failure.BadKeyExchange _ -> Optional.of(INVALID_KEY_INFORMATION.code);
            case Failure.ProtocolViolation _ -> Optional.of(PAYLOAD_MALFORMED.code);
            case Failure.Unsupported _ -> Optional.of(UNSUPPORTED_EXCHANGE_TYPE.code);
            case Failure.DataPlaneRefusal _ -> Optional.of(NO_PROPOSAL_CHOSEN.code);
            case Failure.HeldDown _ -> Optional.of(NO_PROPOSAL_CHOSEN.code);
            case Failure.TunnelTaken _ -> Optional.of(INVALID_ID_INFORMATION.code);
            case Failure.AlreadyConnected _ -> Optional.of(AUTHENTICATION_FAILED.code);
            case Failure.AuthenticationRefused(_, var reason, _) -> Optional.of(of(reason).code);
            case Failure.NoAnswer _,Failure.RefusedHere _,Failure.LifetimeTooShort _,Failure.UnauthenticatedNotify _,Failure.ComputationImpossible _,Failure.PeerRefused _,Failure.UnknownPeer _,Failure.PeerDead _,Failure.Unresolved _,Failure.NoLocalAddress _,Failure.RoutedBack _,Failure.DeletedByPeer _ ->
                Optional.empty();
        };
    }

    private static NotifyType of(Verdict.Reason reason) {
        return switch (reason) {
            case NO_CERTIFICATE -> CERTIFICATE_UNAVAILABLE;
            case MALFORMED -> INVALID_CERT_ENCODING;
            case UNKNOWN_AUTHORITY -> INVALID_CERT_AUTHORITY;
            case EXPIRED, NOT_YET_VALID, REVOKED, REVOCATION_UNKNOWN, NOT_FOR_IKE, WEAK_KEY, BAD_CHAIN ->
                INVALID_CERTIFICATE;
            case WRONG_IDENTITY -> INVALID_ID_INFORMATION;
            case BAD_SIGNATURE -> INVALID_SIGNATURE;
        };
    }
}
