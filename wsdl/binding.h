// The methods of Msvm_VirtualSystemSnapshotService as soapcpp2 reads them (gSOAP's interface-file grammar, not C++): one
// struct for each METHOD_INPUT and METHOD_OUTPUT of Msvm_VirtualSystemSnapshotService.xsd. docs/adding-a-class.md tells
// how to add to it.
//
// `p` is the prefix of the class in canonical XML (lib/soap/namespaces.hpp). The URI here is only one of those that
// clients give the class; which of them a message has is not looked at by the serialisers.

//gsoap p schema namespace: http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/Msvm_VirtualSystemSnapshotService
//gsoap p schema elementForm: qualified
//gsoap p schema attributeForm: unqualified

// The content of a reference parameter as ready canonical XML. Its serialisers are ours
// (reference_serializer.cpp): gSOAP's own `_XML` writes another prefix, and a generated EPR type costs more than
// everything else in the message.
extern typedef char* reference_xml;

struct p__DestroySnapshot_USCOREINPUT {
    reference_xml AffectedSnapshot 1:1;
};

struct p__DestroySnapshot_USCOREOUTPUT {
    reference_xml Job 0:1;
    unsigned int ReturnValue 1:1;
};
