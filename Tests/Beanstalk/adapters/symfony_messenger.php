<?php
// Symfony Messenger's beanstalkd transport, used as an application uses it; prints ok / not ok.
//
//     symfony_messenger.php SENDER-HOST:PORT RECEIVER-HOST:PORT TUBE

require_once 'Symfony/Component/Messenger/autoload.php';
require_once 'Symfony/Component/Messenger/Bridge/Beanstalkd/autoload.php';

use Symfony\Component\Messenger\Bridge\Beanstalkd\Transport\BeanstalkdReceivedStamp;
use Symfony\Component\Messenger\Bridge\Beanstalkd\Transport\BeanstalkdTransportFactory;
use Symfony\Component\Messenger\Envelope;
use Symfony\Component\Messenger\Exception\TransportException;
use Symfony\Component\Messenger\Stamp\DelayStamp;
use Symfony\Component\Messenger\Transport\Serialization\PhpSerializer;

class Note
{
    public $text;

    public function __construct(string $text)
    {
        $this->text = $text;
    }
}

function check(bool $holds, string $text, string $detail = ''): void
{
    echo $holds ? "ok - $text\n" : "not ok - $text: $detail\n";
}

// The next message within some seconds; null when there is none.
function next_message($transport, float $seconds): ?Envelope
{
    $end = microtime(true) + $seconds;
    do {
        foreach ($transport->get() as $envelope) {
            return $envelope;
        }
        usleep(20000);
    } while (microtime(true) < $end);
    return null;
}

function text(?Envelope $envelope): string
{
    return $envelope === null ? '(nothing)' : $envelope->getMessage()->text;
}

[, $there, $here, $tube] = $argv;
$factory = new BeanstalkdTransportFactory();
$serializer = new PhpSerializer();
$options = ['tube_name' => $tube, 'ttr' => 10];
$sender = $factory->createTransport("beanstalkd://$there", $options, $serializer);
$receiver = $factory->createTransport("beanstalkd://$here?timeout=0", $options, $serializer);

$strange = "quote ' \" \\ line\r\n, umlaut ü, 🎉, nul \0 end";
$sender->send(new Envelope(new Note($strange)));
check($receiver->getMessageCount() === 1, 'a message that was sent is counted');
$envelope = next_message($receiver, 2);
check(text($envelope) === $strange, 'a message arrives as it was sent', text($envelope));
check($envelope->last(BeanstalkdReceivedStamp::class)->getTube() === $tube, 'with its tube');
check($receiver->getMessageCount() === 0, 'a message in work is not counted');
check(next_message($receiver, 0.1) === null, 'nor handed out twice');
$receiver->ack($envelope);
try {
    $receiver->ack($envelope);
    check(false, 'a message is acknowledged once only', 'no exception');
} catch (TransportException $exception) {
    check(true, 'a message is acknowledged once only');
}

foreach (['one', 'two', 'three'] as $text) {
    $sender->send(new Envelope(new Note($text)));
}
$texts = [];
for ($i = 0; $i < 3; $i++) {
    $envelope = next_message($receiver, 2);
    $texts[] = text($envelope);
    $i === 1 ? $receiver->reject($envelope) : $receiver->ack($envelope);
}
check($texts === ['one', 'two', 'three'], 'messages arrive in order', implode(' ', $texts));
check(next_message($receiver, 0.1) === null, 'a rejected message is gone');

$began = microtime(true);
$sender->send(new Envelope(new Note('later'), [new DelayStamp(1000)]));
check(next_message($receiver, 0.2) === null, 'a delayed message does not arrive at once');
$envelope = next_message($receiver, 3);
$took = microtime(true) - $began;
check(text($envelope) === 'later', 'a delayed message arrives', text($envelope));
check($took >= 1.0 && $took < 4.0, 'after its delay', sprintf('%.3f s', $took));
$receiver->ack($envelope);

$large = str_repeat('x', 60000);
$sender->send(new Envelope(new Note($large)));
$envelope = next_message($receiver, 2);
check(text($envelope) === $large, 'a large message arrives');
$receiver->ack($envelope);
try {
    $sender->send(new Envelope(new Note(str_repeat('x', 70000))));
    check(false, 'one that is too large is refused', 'no exception');
} catch (TransportException $exception) {
    check(true, 'one that is too large is refused');
}
$sender->send(new Envelope(new Note('after')));
$envelope = next_message($receiver, 2);
check(text($envelope) === 'after', 'and the next one arrives', text($envelope));
$receiver->ack($envelope);
