// The messages of Acme_Lamp's method Blink as soapcpp2 reads them (gSOAP's interface-file grammar, not C++). `1:1` must be
// there, `0:1` may be left out or null. The namespace is the class's resource URI; `_USCORE` stands for `_` in names.

//gsoap lamp schema namespace: http://schemas.microsoft.com/wbem/wsman/1/wmi/root/acme/Acme_Lamp
//gsoap lamp schema elementForm: qualified

struct lamp__Blink_USCOREINPUT {
    unsigned short Times 1:1;
    char* Colour 0:1;
};

struct lamp__Blink_USCOREOUTPUT {
    unsigned int Milliseconds 1:1;
    unsigned int ReturnValue 1:1;
};
