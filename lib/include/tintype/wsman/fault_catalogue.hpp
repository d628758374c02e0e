#pragma once
/// \file
/// Every fault that a WS-Management service may answer with (DSP0226 clause 14; addressing, transfer, enumeration and
/// eventing faults of the specifications under it), each once: subcode, code, detail, family, Windows' error code,
/// words.

#include <array>
#include <cstdint>
#include <string_view>

namespace tintype::wsman {

/// Which specification a fault comes from: decides the answer's action.
enum class FaultFamily : std::uint8_t { addressing, transfer, enumeration, eventing, wsman };

/// SOAP 1.2's fault codes (part 1, 5.4.6).
enum class FaultCode : std::uint8_t { sender, receiver, must_understand, version_mismatch };

struct FaultEntry {
    std::string_view subcode;  ///< With its canonical prefix (soap/namespaces.hpp); empty for SOAP's own faults.
    FaultCode code = FaultCode::sender;
    std::string_view detail;  ///< Last part of the faultDetail URI; empty if there is none.
    FaultFamily family = FaultFamily::wsman;
    std::uint32_t windows_code = 0;  ///< WSManFault's Code: what `winrm helpmsg` explains.
    std::string_view reason;         ///< For people, when nothing more precise is known.
};

namespace faults {

inline constexpr FaultEntry version_mismatch{"",          FaultCode::version_mismatch,      "", FaultFamily::addressing,
                                             2150858765U, "The message is not in SOAP 1.2."};
inline constexpr FaultEntry must_understand{"",          FaultCode::must_understand,
                                            "",          FaultFamily::addressing,
                                            2150858768U, "A header that must be understood is not known."};
inline constexpr FaultEntry action_not_supported{
    "a:ActionNotSupported",  FaultCode::sender, "",
    FaultFamily::addressing, 2150858771U,       "The action is not supported by this resource."};
inline constexpr FaultEntry action_not_supported_action_mismatch{
    "a:ActionNotSupported",  FaultCode::sender, "ActionMismatch",
    FaultFamily::addressing, 2150858771U,       "The action does not fit the body of the message."};
inline constexpr FaultEntry destination_unreachable{
    "a:DestinationUnreachable", FaultCode::sender, "",
    FaultFamily::addressing,    2150858770U,       "The resource could not be found."};
inline constexpr FaultEntry destination_unreachable_invalid_resource_uri{
    "a:DestinationUnreachable", FaultCode::sender, "InvalidResourceURI",
    FaultFamily::addressing,    2150858811U,       "The resource URI names no resource of this service."};
inline constexpr FaultEntry endpoint_unavailable{
    "a:EndpointUnavailable", FaultCode::receiver, "",
    FaultFamily::addressing, 2150858772U,         "The resource is not available at present."};
inline constexpr FaultEntry endpoint_unavailable_invalid_resource_uri{
    "a:EndpointUnavailable", FaultCode::receiver, "InvalidResourceURI",
    FaultFamily::addressing, 2150858811U,         "The resource URI is not available."};
inline constexpr FaultEntry endpoint_unavailable_invalid_values{
    "a:EndpointUnavailable", FaultCode::receiver, "InvalidValues",
    FaultFamily::addressing, 2150858772U,         "The resource is not available with these values."};
inline constexpr FaultEntry invalid_message_information_header{
    "a:InvalidMessageInformationHeader",    FaultCode::sender, "", FaultFamily::addressing, 2150858767U,
    "A header of the message is not valid."};
inline constexpr FaultEntry invalid_message_information_header_invalid_timeout{
    "a:InvalidMessageInformationHeader",
    FaultCode::sender,
    "InvalidTimeout",
    FaultFamily::wsman,
    2150858881U,
    "The operation timeout is not a positive duration."};
inline constexpr FaultEntry message_information_header_required{
    "a:MessageInformationHeaderRequired",         FaultCode::sender, "", FaultFamily::addressing, 2150858769U,
    "A header that the message needs is missing."};
inline constexpr FaultEntry delivery_mode_requested_unavailable{
    "e:DeliveryModeRequestedUnavailable", FaultCode::sender, "", FaultFamily::eventing, 2150858782U,
    "The delivery mode is not supported."};
inline constexpr FaultEntry event_source_unable_to_process{
    "e:EventSourceUnableToProcess", FaultCode::receiver, "",
    FaultFamily::eventing,          2150858787U,         "The event source cannot process the subscription."};
inline constexpr FaultEntry event_source_unable_to_process_unusable_address{
    "e:EventSourceUnableToProcess", FaultCode::sender, "UnusableAddress",
    FaultFamily::eventing,          2150858787U,       "The address for the events cannot be used."};
inline constexpr FaultEntry eventing_filtering_not_supported{
    "e:FilteringNotSupported", FaultCode::sender, "",
    FaultFamily::eventing,     2150858785U,       "Filters are not supported here."};
inline constexpr FaultEntry filtering_requested_unavailable{
    "e:FilteringRequestedUnavailable",     FaultCode::sender, "", FaultFamily::eventing, 2150858786U,
    "The filter dialect is not supported."};
inline constexpr FaultEntry filtering_requested_unavailable_filtering_required{"e:FilteringRequestedUnavailable",
                                                                               FaultCode::sender,
                                                                               "FilteringRequired",
                                                                               FaultFamily::eventing,
                                                                               2150858786U,
                                                                               "A filter is required."};
inline constexpr FaultEntry eventing_invalid_expiration_time{
    "e:InvalidExpirationTime", FaultCode::sender, "",
    FaultFamily::enumeration,  2150858783U,       "The expiration time is not valid."};
inline constexpr FaultEntry invalid_message{"e:InvalidMessage",    FaultCode::sender, "",
                                            FaultFamily::eventing, 2150858784U,       "The message is not valid."};
inline constexpr FaultEntry unable_to_renew{
    "e:UnableToRenew",     FaultCode::receiver, "",
    FaultFamily::eventing, 2150858788U,         "The subscription could not be renewed."};
inline constexpr FaultEntry eventing_unsupported_expiration_type{
    "e:UnsupportedExpirationType", FaultCode::sender, "",
    FaultFamily::eventing,         2150858775U,       "Expiration times of this kind are not supported."};
inline constexpr FaultEntry cannot_process_filter{
    "n:CannotProcessFilter",  FaultCode::sender, "",
    FaultFamily::enumeration, 2150858778U,       "The filter cannot be processed."};
inline constexpr FaultEntry filter_dialect_requested_unavailable{
    "n:FilterDialectRequestedUnavailable", FaultCode::sender, "", FaultFamily::enumeration, 2150858777U,
    "The filter dialect is not supported."};
inline constexpr FaultEntry filtering_not_supported{
    "n:FilteringNotSupported", FaultCode::sender, "",
    FaultFamily::enumeration,  2150858776U,       "Filters are not supported here."};
inline constexpr FaultEntry invalid_enumeration_context{
    "n:InvalidEnumerationContext", FaultCode::receiver, "",
    FaultFamily::enumeration,      2150858779U,         "The enumeration context is not valid."};
inline constexpr FaultEntry invalid_expiration_time{
    "n:InvalidExpirationTime", FaultCode::sender, "",
    FaultFamily::enumeration,  2150858774U,       "The expiration time is not valid."};
inline constexpr FaultEntry enumeration_timed_out{"n:TimedOut", FaultCode::receiver,       "", FaultFamily::enumeration,
                                                  2150858780U,  "The operation timed out."};
inline constexpr FaultEntry unsupported_expiration_type{
    "n:UnsupportedExpirationType", FaultCode::sender, "",
    FaultFamily::enumeration,      2150858775U,       "Expiration times of this kind are not supported."};
inline constexpr FaultEntry access_denied{"w:AccessDenied",   FaultCode::sender, "", FaultFamily::wsman, 5U,
                                          "Access is denied."};
inline constexpr FaultEntry already_exists{
    "w:AlreadyExists", FaultCode::sender, "", FaultFamily::wsman, 183U, "A resource of that name exists already."};
inline constexpr FaultEntry wsman_cannot_process_filter{
    "w:CannotProcessFilter", FaultCode::sender, "", FaultFamily::wsman, 2150858778U, "The filter cannot be processed."};
inline constexpr FaultEntry concurrency{
    "w:Concurrency",    FaultCode::sender, "",
    FaultFamily::wsman, 2150858802U,       "Another operation on this resource is under way."};
inline constexpr FaultEntry delivery_refused{"w:DeliveryRefused", FaultCode::receiver, "",
                                             FaultFamily::wsman,  2150858804U,         "The events were refused."};
inline constexpr FaultEntry encoding_limit{
    "w:EncodingLimit", FaultCode::sender, "", FaultFamily::wsman, 2150858805U, "A limit on the message was exceeded."};
inline constexpr FaultEntry encoding_limit_character_set{
    "w:EncodingLimit",  FaultCode::sender, "CharacterSet",
    FaultFamily::wsman, 2150858805U,       "The character set is not supported: use UTF-8 or UTF-16."};
inline constexpr FaultEntry encoding_limit_encoding_type{"w:EncodingLimit", FaultCode::sender,
                                                         "EncodingType",    FaultFamily::wsman,
                                                         2150858805U,       "The encoding is not supported."};
inline constexpr FaultEntry encoding_limit_max_envelope_size{
    "w:EncodingLimit",  FaultCode::sender, "MaxEnvelopeSize",
    FaultFamily::wsman, 2150858823U,       "The maximum envelope size cannot be met."};
inline constexpr FaultEntry encoding_limit_max_envelope_size_exceeded{
    "w:EncodingLimit",  FaultCode::sender, "MaxEnvelopeSizeExceeded",
    FaultFamily::wsman, 2150858824U,       "The answer is larger than the maximum envelope size of the request."};
inline constexpr FaultEntry encoding_limit_minimum_envelope_limit{
    "w:EncodingLimit",  FaultCode::sender, "MinimumEnvelopeLimit",
    FaultFamily::wsman, 2150858878U,       "The maximum envelope size is too small: at least 8192 is needed."};
inline constexpr FaultEntry encoding_limit_option_limit{"w:EncodingLimit", FaultCode::sender,
                                                        "OptionLimit",     FaultFamily::wsman,
                                                        2150858827U,       "There are too many options."};
inline constexpr FaultEntry encoding_limit_selector_limit{"w:EncodingLimit", FaultCode::sender,
                                                          "SelectorLimit",   FaultFamily::wsman,
                                                          2150858826U,       "There are too many selectors."};
inline constexpr FaultEntry encoding_limit_service_envelope_limit{
    "w:EncodingLimit",  FaultCode::sender, "ServiceEnvelopeLimit",
    FaultFamily::wsman, 2150858825U,       "The message is larger than the service accepts."};
inline constexpr FaultEntry encoding_limit_uri_limit_exceeded{
    "w:EncodingLimit", FaultCode::sender, "URILimitExceeded", FaultFamily::wsman, 2150858797U, "A URI is too long."};
inline constexpr FaultEntry encoding_limit_unreportable_success{
    "w:EncodingLimit",
    FaultCode::sender,
    "UnreportableSuccess",
    FaultFamily::wsman,
    2150858829U,
    "The operation succeeded, but its answer is larger than the maximum envelope size of the request."};
inline constexpr FaultEntry encoding_limit_whitespace{"w:EncodingLimit", FaultCode::sender,
                                                      "Whitespace",      FaultFamily::wsman,
                                                      2150858830U,       "White space is not allowed here."};
inline constexpr FaultEntry event_deliver_to_unusable_cannot_comply_with_policy{
    "w:EventDeliverToUnusable", FaultCode::receiver, "CannotComplyWithPolicy",
    FaultFamily::wsman,         2150858806U,         "The address for the events cannot be used with this policy."};
inline constexpr FaultEntry event_deliver_to_unusable_policy_too_complex{
    "w:EventDeliverToUnusable", FaultCode::receiver, "PolicyTooComplex",
    FaultFamily::wsman,         2150858806U,         "The address for the events cannot be used with this policy."};
inline constexpr FaultEntry fragment_dialect_not_supported{
    "w:FragmentDialectNotSupported",         FaultCode::receiver, "", FaultFamily::wsman, 2150858896U,
    "The fragment dialect is not supported."};
inline constexpr FaultEntry internal_error{"w:InternalError",  FaultCode::receiver, "",
                                           FaultFamily::wsman, 2150858819U,         "The service failed."};
inline constexpr FaultEntry internal_error_invalid{"w:InternalError", FaultCode::sender,
                                                   "Invalid",         FaultFamily::wsman,
                                                   2150858819U,       "The message could not be processed."};
inline constexpr FaultEntry invalid_bookmark{"w:InvalidBookmark", FaultCode::sender, "",
                                             FaultFamily::wsman,  2150858807U,       "The bookmark is not valid."};
inline constexpr FaultEntry invalid_bookmark_expired{
    "w:InvalidBookmark", FaultCode::sender, "Expired", FaultFamily::wsman, 2150858807U, "The bookmark has expired."};
inline constexpr FaultEntry invalid_options{"w:InvalidOptions", FaultCode::sender, "",
                                            FaultFamily::wsman, 2150858809U,       "An option is not valid."};
inline constexpr FaultEntry invalid_options_invalid_name{"w:InvalidOptions", FaultCode::sender,
                                                         "InvalidName",      FaultFamily::wsman,
                                                         2150858834U,        "An option has a name that is not valid."};
inline constexpr FaultEntry invalid_options_invalid_value{
    "w:InvalidOptions", FaultCode::sender, "InvalidValue",
    FaultFamily::wsman, 2150858835U,       "An option has a value that is not valid."};
inline constexpr FaultEntry invalid_options_not_supported{
    "w:InvalidOptions", FaultCode::sender, "NotSupported",
    FaultFamily::wsman, 2150858833U,       "An option that must be complied with is not supported."};
inline constexpr FaultEntry invalid_parameter{
    "w:InvalidParameter", FaultCode::sender, "",
    FaultFamily::wsman,   2150858810U,       "A parameter of the method is not valid."};
inline constexpr FaultEntry invalid_parameter_invalid_name{
    "w:InvalidParameter", FaultCode::sender, "InvalidName",
    FaultFamily::wsman,   2150858837U,       "The method has no parameter of that name."};
inline constexpr FaultEntry invalid_parameter_invalid_value{
    "w:InvalidParameter", FaultCode::sender, "InvalidValue",
    FaultFamily::wsman,   2150858810U,       "A parameter has a value that is not valid."};
inline constexpr FaultEntry invalid_parameter_locale{
    "w:InvalidParameter", FaultCode::sender, "Locale", FaultFamily::wsman, 2150858810U, "The locale is not valid."};
inline constexpr FaultEntry invalid_parameter_type_mismatch{
    "w:InvalidParameter", FaultCode::sender, "TypeMismatch",
    FaultFamily::wsman,   2150858836U,       "A parameter has a value of the wrong type."};
inline constexpr FaultEntry invalid_selectors{
    "w:InvalidSelectors", FaultCode::sender, "",
    FaultFamily::wsman,   2150858813U,       "The selectors of the resource are not valid."};
inline constexpr FaultEntry invalid_selectors_ambiguous_selectors{
    "w:InvalidSelectors", FaultCode::sender, "AmbiguousSelectors",
    FaultFamily::wsman,   2150858813U,       "The selectors name more than one instance."};
inline constexpr FaultEntry invalid_selectors_duplicate_selectors{"w:InvalidSelectors", FaultCode::sender,
                                                                  "DuplicateSelectors", FaultFamily::wsman,
                                                                  2150858847U,          "A selector occurs twice."};
inline constexpr FaultEntry invalid_selectors_insufficient_selectors{
    "w:InvalidSelectors", FaultCode::sender, "InsufficientSelectors",
    FaultFamily::wsman,   2150858842U,       "Selectors that are needed to name an instance are missing."};
inline constexpr FaultEntry invalid_selectors_invalid_value{
    "w:InvalidSelectors", FaultCode::sender, "InvalidValue",
    FaultFamily::wsman,   2150858845U,       "A selector has a value that is not valid."};
inline constexpr FaultEntry invalid_selectors_type_mismatch{
    "w:InvalidSelectors", FaultCode::sender, "TypeMismatch",
    FaultFamily::wsman,   2150858844U,       "A selector has a value of the wrong type."};
inline constexpr FaultEntry invalid_selectors_unexpected_selectors{
    "w:InvalidSelectors", FaultCode::sender, "UnexpectedSelectors",
    FaultFamily::wsman,   2150858843U,       "A selector is not a key of the resource."};
inline constexpr FaultEntry no_ack{"w:NoAck",          FaultCode::sender, "",
                                   FaultFamily::wsman, 2150858814U,       "The events were not acknowledged."};
inline constexpr FaultEntry quota_limit{"w:QuotaLimit",     FaultCode::sender, "",
                                        FaultFamily::wsman, 2150858815U,       "A quota of the service is used up."};
inline constexpr FaultEntry schema_validation_error{
    "w:SchemaValidationError", FaultCode::sender, "",
    FaultFamily::wsman,        2150858817U,       "The message does not match its schema."};
inline constexpr FaultEntry timed_out{"w:TimedOut",       FaultCode::receiver, "",
                                      FaultFamily::wsman, 2150858793U,         "The operation timed out."};
inline constexpr FaultEntry unsupported_feature{
    "w:UnsupportedFeature", FaultCode::sender, "",
    FaultFamily::wsman,     2150858818U,       "A feature that the message asks for is not supported."};
inline constexpr FaultEntry unsupported_feature_ack{
    "w:UnsupportedFeature", FaultCode::sender, "Ack",
    FaultFamily::wsman,     2150858818U,       "Not supported: acknowledgement."};
inline constexpr FaultEntry unsupported_feature_addressing_mode{
    "w:UnsupportedFeature", FaultCode::sender, "AddressingMode",
    FaultFamily::wsman,     2150858818U,       "Not supported: the addressing mode."};
inline constexpr FaultEntry unsupported_feature_asynchronous_request{
    "w:UnsupportedFeature", FaultCode::sender, "AsynchronousRequest",
    FaultFamily::wsman,     2150858818U,       "Not supported: asynchronous requests."};
inline constexpr FaultEntry unsupported_feature_authorization_mode{
    "w:UnsupportedFeature", FaultCode::sender, "AuthorizationMode",
    FaultFamily::wsman,     2150858818U,       "Not supported: the authorization mode."};
inline constexpr FaultEntry unsupported_feature_bookmarks{
    "w:UnsupportedFeature", FaultCode::sender, "Bookmarks",
    FaultFamily::wsman,     2150858818U,       "Not supported: bookmarks."};
inline constexpr FaultEntry unsupported_feature_delivery_retries{
    "w:UnsupportedFeature", FaultCode::sender, "DeliveryRetries",
    FaultFamily::wsman,     2150858818U,       "Not supported: delivery retries."};
inline constexpr FaultEntry unsupported_feature_enumeration_mode{
    "w:UnsupportedFeature", FaultCode::sender, "EnumerationMode",
    FaultFamily::wsman,     2150858886U,       "Not supported: the enumeration mode."};
inline constexpr FaultEntry unsupported_feature_expiration_time{
    "w:UnsupportedFeature", FaultCode::sender, "ExpirationTime",
    FaultFamily::wsman,     2150858818U,       "Not supported: the expiration time."};
inline constexpr FaultEntry unsupported_feature_filtering_required{
    "w:UnsupportedFeature", FaultCode::sender, "FilteringRequired",
    FaultFamily::wsman,     2150858818U,       "Not supported: a required filter."};
inline constexpr FaultEntry unsupported_feature_format_mismatch{
    "w:UnsupportedFeature", FaultCode::sender, "FormatMismatch",
    FaultFamily::wsman,     2150858818U,       "Not supported: the format."};
inline constexpr FaultEntry unsupported_feature_format_security_token{
    "w:UnsupportedFeature", FaultCode::sender, "FormatSecurityToken",
    FaultFamily::wsman,     2150858818U,       "Not supported: the format of the security token."};
inline constexpr FaultEntry unsupported_feature_fragment_level_access{
    "w:UnsupportedFeature", FaultCode::sender, "FragmentLevelAccess",
    FaultFamily::wsman,     2150858871U,       "Not supported: fragment transfer."};
inline constexpr FaultEntry unsupported_feature_heartbeats{
    "w:UnsupportedFeature", FaultCode::sender, "Heartbeats",
    FaultFamily::wsman,     2150858818U,       "Not supported: heartbeats."};
inline constexpr FaultEntry unsupported_feature_insecure_address{
    "w:UnsupportedFeature", FaultCode::sender, "InsecureAddress",
    FaultFamily::wsman,     2150858818U,       "Not supported: an insecure address."};
inline constexpr FaultEntry unsupported_feature_invalid_namespace{
    "w:UnsupportedFeature", FaultCode::sender, "InvalidNamespace",
    FaultFamily::wsman,     2150858818U,       "Not supported: the namespace."};
inline constexpr FaultEntry unsupported_feature_invalid_resource_uri{
    "w:UnsupportedFeature", FaultCode::sender, "InvalidResourceURI",
    FaultFamily::wsman,     2150858818U,       "Not supported: the resource URI."};
inline constexpr FaultEntry unsupported_feature_invalid_values{
    "w:UnsupportedFeature", FaultCode::sender, "InvalidValues",
    FaultFamily::wsman,     2150858818U,       "Not supported: the values."};
inline constexpr FaultEntry unsupported_feature_locale{
    "w:UnsupportedFeature", FaultCode::sender, "Locale", FaultFamily::wsman, 2150858818U, "Not supported: the locale."};
inline constexpr FaultEntry unsupported_feature_max_elements{
    "w:UnsupportedFeature", FaultCode::sender, "MaxElements",
    FaultFamily::wsman,     2150858818U,       "Not supported: MaxElements."};
inline constexpr FaultEntry unsupported_feature_max_envelope_policy{
    "w:UnsupportedFeature", FaultCode::sender, "MaxEnvelopePolicy",
    FaultFamily::wsman,     2150858818U,       "Not supported: the envelope size policy."};
inline constexpr FaultEntry unsupported_feature_max_envelope_size{
    "w:UnsupportedFeature", FaultCode::sender, "MaxEnvelopeSize",
    FaultFamily::wsman,     2150858818U,       "Not supported: the maximum envelope size."};
inline constexpr FaultEntry unsupported_feature_max_time{
    "w:UnsupportedFeature", FaultCode::sender, "MaxTime", FaultFamily::wsman, 2150858818U, "Not supported: MaxTime."};
inline constexpr FaultEntry unsupported_feature_missing_values{
    "w:UnsupportedFeature", FaultCode::sender, "MissingValues",
    FaultFamily::wsman,     2150858818U,       "Not supported: missing values."};
inline constexpr FaultEntry unsupported_feature_operation_timeout{
    "w:UnsupportedFeature", FaultCode::sender, "OperationTimeout",
    FaultFamily::wsman,     2150858818U,       "Not supported: OperationTimeout."};
inline constexpr FaultEntry unsupported_feature_option_set{
    "w:UnsupportedFeature", FaultCode::sender, "OptionSet",
    FaultFamily::wsman,     2150858818U,       "Not supported: the option set."};
inline constexpr FaultEntry polymorphism_mode_not_supported{
    "b:PolymorphismModeNotSupported",         FaultCode::receiver, "", FaultFamily::wsman, 2150859063U,
    "The polymorphism mode is not supported."};
inline constexpr FaultEntry invalid_representation{
    "x:InvalidRepresentation", FaultCode::sender, "",
    FaultFamily::transfer,     2150858773U,       "The representation of the resource is not valid."};
inline constexpr FaultEntry invalid_representation_invalid_fragment{
    "x:InvalidRepresentation", FaultCode::sender, "InvalidFragment",
    FaultFamily::transfer,     2150858773U,       "The fragment is not valid."};
inline constexpr FaultEntry invalid_representation_invalid_namespace{
    "x:InvalidRepresentation", FaultCode::sender, "InvalidNamespace",
    FaultFamily::transfer,     2150858840U,       "The representation is in the wrong namespace."};
inline constexpr FaultEntry invalid_representation_invalid_values{
    "x:InvalidRepresentation", FaultCode::sender, "InvalidValues",
    FaultFamily::transfer,     2150858838U,       "The representation has values that are not valid."};
inline constexpr FaultEntry invalid_representation_missing_values{
    "x:InvalidRepresentation", FaultCode::sender, "MissingValues",
    FaultFamily::transfer,     2150858839U,       "The representation lacks values."};

}  // namespace faults

/// All of them, for tables and tests.
inline constexpr std::array fault_catalogue{
    &faults::version_mismatch,
    &faults::must_understand,
    &faults::action_not_supported,
    &faults::action_not_supported_action_mismatch,
    &faults::destination_unreachable,
    &faults::destination_unreachable_invalid_resource_uri,
    &faults::endpoint_unavailable,
    &faults::endpoint_unavailable_invalid_resource_uri,
    &faults::endpoint_unavailable_invalid_values,
    &faults::invalid_message_information_header,
    &faults::invalid_message_information_header_invalid_timeout,
    &faults::message_information_header_required,
    &faults::delivery_mode_requested_unavailable,
    &faults::event_source_unable_to_process,
    &faults::event_source_unable_to_process_unusable_address,
    &faults::eventing_filtering_not_supported,
    &faults::filtering_requested_unavailable,
    &faults::filtering_requested_unavailable_filtering_required,
    &faults::eventing_invalid_expiration_time,
    &faults::invalid_message,
    &faults::unable_to_renew,
    &faults::eventing_unsupported_expiration_type,
    &faults::cannot_process_filter,
    &faults::filter_dialect_requested_unavailable,
    &faults::filtering_not_supported,
    &faults::invalid_enumeration_context,
    &faults::invalid_expiration_time,
    &faults::enumeration_timed_out,
    &faults::unsupported_expiration_type,
    &faults::access_denied,
    &faults::already_exists,
    &faults::wsman_cannot_process_filter,
    &faults::concurrency,
    &faults::delivery_refused,
    &faults::encoding_limit,
    &faults::encoding_limit_character_set,
    &faults::encoding_limit_encoding_type,
    &faults::encoding_limit_max_envelope_size,
    &faults::encoding_limit_max_envelope_size_exceeded,
    &faults::encoding_limit_minimum_envelope_limit,
    &faults::encoding_limit_option_limit,
    &faults::encoding_limit_selector_limit,
    &faults::encoding_limit_service_envelope_limit,
    &faults::encoding_limit_uri_limit_exceeded,
    &faults::encoding_limit_unreportable_success,
    &faults::encoding_limit_whitespace,
    &faults::event_deliver_to_unusable_cannot_comply_with_policy,
    &faults::event_deliver_to_unusable_policy_too_complex,
    &faults::fragment_dialect_not_supported,
    &faults::internal_error,
    &faults::internal_error_invalid,
    &faults::invalid_bookmark,
    &faults::invalid_bookmark_expired,
    &faults::invalid_options,
    &faults::invalid_options_invalid_name,
    &faults::invalid_options_invalid_value,
    &faults::invalid_options_not_supported,
    &faults::invalid_parameter,
    &faults::invalid_parameter_invalid_name,
    &faults::invalid_parameter_invalid_value,
    &faults::invalid_parameter_locale,
    &faults::invalid_parameter_type_mismatch,
    &faults::invalid_selectors,
    &faults::invalid_selectors_ambiguous_selectors,
    &faults::invalid_selectors_duplicate_selectors,
    &faults::invalid_selectors_insufficient_selectors,
    &faults::invalid_selectors_invalid_value,
    &faults::invalid_selectors_type_mismatch,
    &faults::invalid_selectors_unexpected_selectors,
    &faults::no_ack,
    &faults::quota_limit,
    &faults::schema_validation_error,
    &faults::timed_out,
    &faults::unsupported_feature,
    &faults::unsupported_feature_ack,
    &faults::unsupported_feature_addressing_mode,
    &faults::unsupported_feature_asynchronous_request,
    &faults::unsupported_feature_authorization_mode,
    &faults::unsupported_feature_bookmarks,
    &faults::unsupported_feature_delivery_retries,
    &faults::unsupported_feature_enumeration_mode,
    &faults::unsupported_feature_expiration_time,
    &faults::unsupported_feature_filtering_required,
    &faults::unsupported_feature_format_mismatch,
    &faults::unsupported_feature_format_security_token,
    &faults::unsupported_feature_fragment_level_access,
    &faults::unsupported_feature_heartbeats,
    &faults::unsupported_feature_insecure_address,
    &faults::unsupported_feature_invalid_namespace,
    &faults::unsupported_feature_invalid_resource_uri,
    &faults::unsupported_feature_invalid_values,
    &faults::unsupported_feature_locale,
    &faults::unsupported_feature_max_elements,
    &faults::unsupported_feature_max_envelope_policy,
    &faults::unsupported_feature_max_envelope_size,
    &faults::unsupported_feature_max_time,
    &faults::unsupported_feature_missing_values,
    &faults::unsupported_feature_operation_timeout,
    &faults::unsupported_feature_option_set,
    &faults::polymorphism_mode_not_supported,
    &faults::invalid_representation,
    &faults::invalid_representation_invalid_fragment,
    &faults::invalid_representation_invalid_namespace,
    &faults::invalid_representation_invalid_values,
    &faults::invalid_representation_missing_values,
};

}  // namespace tintype::wsman
